/** The account as the books have it. */
import { presentAccount } from '../present.ts';
import { account } from '../schemas.ts';
import { guarded, router } from '../trpc.ts';

export const accountRouter = router({
  get: guarded.output(account).query(({ ctx }) => presentAccount(ctx.desk)),
});
