/** After a session has closed, the first statement that agrees with the books, while nothing is unknown, is put on record. */
import type { Books } from '#server/domain/books.ts';
import { unfilled } from '#server/domain/order.ts';
import type { Statement } from '#server/domain/statement.ts';
import type { Turn } from './turn.ts';

/** Call where the statement agrees with the books. */
export function certify(books: Books, { account, asOf }: Statement, turn: Turn): void {
  const session = books.sessions.findLast(({ closesAt }) => closesAt <= asOf);
  if (session === undefined || session.date === books.certified || session.closesAt <= books.begunAt) return;
  const markets = [...books.markets.values()];
  const open = markets.flatMap(({ openOrders }) => openOrders);
  if (open.some(({ status }) => status === 'unknown' || status === 'submitting')) return;
  books.certified = session.date;
  const certificate = {
    session: session.date,
    account,
    cash: books.cash,
    positions: markets.flatMap(({ position: { symbol, quantity, cost } }) => (quantity === 0n ? [] : [{ symbol, quantity, cost }])),
    openOrders: open.map((order) => ({ id: order.id, status: order.status, unfilled: unfilled(order) })),
    externalOrders: [...books.externalOrders.keys()],
    statementAsOf: asOf,
  };
  turn.commands.push({ kind: 'certify', certificate });
}
