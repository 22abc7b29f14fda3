/** Orders, as of the last durable entry. */
import type { OrderId } from '#server/domain/ids.ts';
import { ApiError } from '../errors.ts';
import { recordsRequest } from '../paging.ts';
import { presentOrder, presentPage } from '../present.ts';
import { idInput, order, orders, ordersInput } from '../schemas.ts';
import { guarded, router } from '../trpc.ts';

export const ordersRouter = router({
  list: guarded
    .input(ordersInput)
    .output(orders)
    .query(async ({ ctx, input }) => presentPage(await ctx.records.orders({ ...recordsRequest(input), open: input.open }), presentOrder)),
  get: guarded
    .input(idInput)
    .output(order)
    .query(async ({ ctx, input }) => {
      const found = await ctx.records.order(input.id as OrderId);
      if (found !== undefined) return presentOrder(found);
      throw new ApiError({
        code: 'NOT_FOUND',
        appCode: 'notFound',
        message: 'no order has this id',
        hint: 'orders.list has the ids; an order appears as soon as its intent is durable',
      });
    }),
});
