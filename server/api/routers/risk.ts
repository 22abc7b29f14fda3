/** How near the account stands to each control. */
import { presentRisk } from '../present-risk.ts';
import { riskStatus } from '../schemas-risk.ts';
import { guarded, router } from '../trpc.ts';

export const riskRouter = router({
  status: guarded.output(riskStatus).query(({ ctx }) => presentRisk(ctx.desk)),
});
