/** What the agents said, newest first. */
import { recordsRequest } from '../paging.ts';
import { presentPage, presentSignal } from '../present.ts';
import { signals, signalsInput } from '../schemas.ts';
import { guarded, router } from '../trpc.ts';

export const signalsRouter = router({
  list: guarded
    .input(signalsInput)
    .output(signals)
    .query(async ({ ctx, input }) => presentPage(await ctx.records.signals(recordsRequest(input)), presentSignal)),
});
