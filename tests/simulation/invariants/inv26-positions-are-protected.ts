/**
 * When all is settled, a stock that is held under a stop has orders at the broker for all of it, or the engine watches it and has said so, or
 * it is being left, by an order that waits for the open.
 */
import { closedBy } from '#server/domain/closing.ts';
import { absolute, UNIT } from '#server/domain/money.ts';
import { booksOf } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv26: Invariant = {
  name: 'INV-26 positions are protected',
  watch: ({ hosts, truth }) => ({
    atEnd: () => {
      const books = booksOf(hosts[0]?.process);
      if (books === undefined || books.kill.level !== 'armed') return undefined;
      for (const market of books.markets.values()) {
        const { symbol, guard, leaving, position, openOrders } = market;
        if (guard?.episode === undefined || Number.isNaN(guard.levels.stop) || leaving !== undefined || symbol.includes('/')) continue;
        if (guard.refusedAt !== undefined) continue;
        let covered = 0n;
        for (const order of openOrders) {
          const isThere = order.brokerId !== undefined && truth.orders.get(order.brokerId)?.isOpen !== false;
          if (order.purpose === 'reduce' && isThere) covered += closedBy(books, order);
        }
        const held = absolute(position.quantity);
        if (held - covered >= UNIT) return `of ${symbol} ${held} is held, and ${covered} is covered`;
      }
      return undefined;
    },
  }),
};
