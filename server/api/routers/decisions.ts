/** What was decided and why, newest first. */
import { ApiError } from '../errors.ts';
import { recordsRequest } from '../paging.ts';
import { presentDecision, presentPage } from '../present.ts';
import { decision, decisions, decisionsInput, idInput } from '../schemas.ts';
import { guarded, router } from '../trpc.ts';

export const decisionsRouter = router({
  list: guarded
    .input(decisionsInput)
    .output(decisions)
    .query(async ({ ctx, input }) => presentPage(await ctx.records.decisions(recordsRequest(input)), presentDecision)),
  get: guarded
    .input(idInput)
    .output(decision)
    .query(async ({ ctx, input }) => {
      const found = await ctx.records.decision(input.id);
      if (found !== undefined) return presentDecision(found);
      throw new ApiError({
        code: 'NOT_FOUND',
        appCode: 'notFound',
        message: 'no decision has this id',
        hint: 'decisions.list has the ids: the journal sequence, a dash, and the place in the entry',
      });
    }),
});
