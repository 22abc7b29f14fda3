/** What is held, by symbol. */
import { presentPosition } from '../present.ts';
import { positions, positionsInput } from '../schemas.ts';
import { guarded, router } from '../trpc.ts';

export const positionsRouter = router({
  list: guarded
    .input(positionsInput)
    .output(positions)
    .query(({ ctx, input: { limit, cursor } }) => {
      const held = [...ctx.desk.books.markets.values()]
        .filter(({ position, symbol }) => position.quantity !== 0n && (cursor == null || symbol > cursor))
        .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
      const items = held.slice(0, limit).map(presentPosition);
      return { items, nextCursor: held.length > limit ? (items.at(-1)?.symbol ?? null) : null };
    }),
});
