/** Looking at locks, and the operator's placing and removing them: nothing is opened in their scope, and exits pass. */
import type { AssetSymbol, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import { type Lock, type LockScope, nameOf } from '#server/domain/lock.ts';
import { type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { refusalOf } from '../errors.ts';
import { timeOf } from '../present.ts';
import { type LockInput, lock, lockId, lockInput, locks } from '../schemas-lock.ts';
import { guarded, operator, router } from '../trpc.ts';

const BY = 'api';

const presentLock = ({ id, scope, cause, by, reason, since, until, isCauseThere }: Lock) => ({
  ...{ id, scope: scope.kind, name: nameOf(scope), cause, by, reason },
  since: timeOf(since),
  until: until === undefined ? null : timeOf(until),
  isCauseThere,
});

function scopeOf({ scope, name }: LockInput): LockScope {
  if (scope === 'symbol') return { kind: scope, symbol: name as AssetSymbol };
  return scope === 'portfolio' ? { kind: scope, portfolio: name as PortfolioId } : { kind: scope, deployment: name as DeploymentId };
}

/** Of market time. */
function endOf({ minutes, until }: LockInput, now: Instant): Instant | undefined {
  if (minutes !== undefined) return plus(now, minutes * MINUTE_MS);
  return until === undefined ? undefined : (Date.parse(until) as Instant);
}

const refused = (error: unknown): never => {
  throw refusalOf(error, 'lockRefused') ?? error;
};

export const locksRouter = router({
  list: guarded.output(locks).query(({ ctx }) => ({ items: ctx.desk.locks.list().map(presentLock) })),

  add: operator
    .input(lockInput)
    .output(lock)
    .mutation(async ({ ctx, input }) => {
      const wish = { scope: scopeOf(input), until: endOf(input, ctx.desk.books.at), by: BY, reason: input.reason };
      return presentLock(await ctx.desk.locks.add(wish).catch(refused));
    }),

  remove: operator
    .input(lockId)
    .output(locks)
    .mutation(async ({ ctx, input: { id, note } }) => {
      await ctx.desk.locks.remove(id, BY, note).catch(refused);
      return { items: ctx.desk.locks.list().map(presentLock) };
    }),
});
