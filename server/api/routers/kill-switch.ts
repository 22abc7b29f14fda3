/** Looking at, engaging and releasing the kill switch. Engaging is for anybody with a token, and never counted; releasing is the operator's. */
import { BY_OPERATOR, BY_VIEWER, type KillLatch } from '#server/domain/kill.ts';
import type { Context } from '../context.ts';
import { refusalOf } from '../errors.ts';
import { presentKillState, presentLatch } from '../present.ts';
import { drillReport, engaged, engageInput, killLatch, killState, releaseInput } from '../schemas.ts';
import { guarded, operator, router, urgent } from '../trpc.ts';

export const killSwitchRouter = router({
  state: guarded.output(killState).query(({ ctx }) => presentKillState(ctx.desk.killState())),

  /** Touches neither this daemon's latch nor its account; the result is kept as evidence. */
  drill: operator.output(drillReport).mutation(async ({ ctx }) => {
    const { at, passed, steps } = await ctx.drill();
    return { at, passed, steps: [...steps] };
  }),

  engage: urgent
    .input(engageInput)
    .output(engaged)
    .mutation(async ({ ctx, input: { level, reason, scope } }) => {
      const by = ctx.role === 'viewer' ? BY_VIEWER : BY_OPERATOR;
      const written = ctx.desk.engage(level, by, reason, scope);
      const latch = await beforeDeadline(written, ctx);
      if (latch !== undefined) return { ...presentLatch(latch), durable: true };
      // Closed in memory all the same: that is what the desk does first, and what the broker's gate reads.
      return { ...presentLatch({ ...ctx.desk.kill(), by, reason }), durable: false };
    }),

  release: operator
    .input(releaseInput)
    .output(killLatch)
    .mutation(async ({ ctx, input: { latchId, note, phrase } }) => {
      const latch = await ctx.desk.release({ latchId, by: BY_OPERATOR, note, phrase }).catch((error: unknown) => {
        throw refusalOf(error, 'releaseRefused') ?? error;
      });
      return presentLatch(latch);
    }),
});

/** The latch, or nothing when the journal fails or keeps us waiting: the caller must hear that the switch works. */
async function beforeDeadline(written: Promise<KillLatch>, { log, limits, requestId }: Context): Promise<KillLatch | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limits.engageDeadlineMs);
  });
  const reported = written.catch((err: unknown) => {
    // Nothing was closed: whoever reads an answer would believe that it was.
    const refusal = refusalOf(err, 'engageRefused');
    if (refusal !== undefined) throw refusal;
    log.error({ err, requestId }, 'kill switch engaged but not journalled');
    return undefined;
  });
  try {
    return await Promise.race([reported, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
