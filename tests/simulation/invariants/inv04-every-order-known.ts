/** When all is settled, every order that ever was at the broker is ours by the journal, adopted, or told as somebody else's. */
import { booksOf } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv04: Invariant = {
  name: 'INV-04 every order at the broker is known',
  watch: ({ truth, durable, hosts }) => ({
    atEnd: () => {
      const books = booksOf(hosts[0]?.process);
      const told = durable.alerts.filter(({ code }) => code === 'externalOrder').map(({ text }) => text);
      for (const { order, isOpen, executions } of truth.orders.values()) {
        const { clientOrderId: id, role } = order;
        if (role !== 'entry' && order.orderClass === 'oco') continue;
        if (durable.placed.has(id) || books?.orders.has(id as never) === true) continue;
        // What never traded and is gone concerns nobody.
        if (!isOpen && executions.size === 0) continue;
        if (!told.some((text) => text.includes(id) || text.includes(order.id))) return `order ${id} (${order.status}) is known to nobody`;
      }
      return undefined;
    },
  }),
};
