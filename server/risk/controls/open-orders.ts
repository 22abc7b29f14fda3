/** P21 open orders at a time. What protects a position is not counted: it must not stand in the way of the next one. */
import type { Books } from '#server/domain/books.ts';
import { isProtective } from '#server/domain/order.ts';
import type { Control } from '../control.ts';
import { below } from '../reading.ts';

function count(books: Books): number {
  let open = 0;
  for (const { openOrders: waiting } of books.markets.values()) for (const order of waiting) if (!isProtective(order)) open++;
  return open;
}

export const openOrders: Control = {
  name: 'openOrders',
  id: 'P21',
  term: 'open-order count',
  answers: 'RTS 6 Art 8',
  limit: 'maxOpenOrders',
  asks: 'opening',
  rule: ({ books, limits }) => {
    const open = count(books);
    return open >= limits.maxOpenOrders ? `${open} orders are open, at most ${limits.maxOpenOrders}` : undefined;
  },
  measure: ({ books, limits }) => below(count(books), limits.maxOpenOrders, 'orders'),
};
