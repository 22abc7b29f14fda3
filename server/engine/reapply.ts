/**
 * Takes a journalled entry into the books as it was: the event is observed, agents see the bar, and the orders that were
 * given then are entered as recorded. Nothing is decided anew, so a recovery never depends on today's plan or code
 * agreeing with the decisions of yesterday.
 */
import type { Books } from '#server/domain/books.ts';
import { isAdopted } from '#server/domain/external-orders.ts';
import type { Plan } from '#server/domain/plan.ts';
import { enter, withdrawn } from './act.ts';
import { noteAsked } from './asking.ts';
import type { Command, Entry } from './command.ts';
import { noteWish } from './decide.ts';
import { lockThrottled } from './escalate.ts';
import { marketOf } from './genesis.ts';
import { observe } from './step.ts';
import { clear, type Turn } from './turn.ts';

/** The turn keeps the orders that changed; its owner takes them away. */
export function reapply(books: Books, plan: Plan, entry: Entry, turn: Turn): void {
  books.seq = entry.seq - 1;
  observe(books, plan, entry.event, entry.at, turn);
  for (const { symbol, verdict, leaving } of entry.decisions) {
    const market = marketOf(books, symbol);
    noteWish(books, market, verdict);
    lockThrottled(books, market, verdict, turn);
    if (leaving !== undefined) market.leaving = { ...leaving, exit: leaving.exit, refusedAt: undefined };
  }
  for (const command of entry.commands) remember(books, command, turn);
  clear(turn);
}

function remember(books: Books, command: Command, turn: Turn): void {
  switch (command.kind) {
    case 'replace':
    case 'place':
      if (!books.orders.has(command.order)) enter(books, marketOf(books, command.intent.symbol), command.intent, command.order, turn);
      return;
    case 'cancel': {
      const order = books.orders.get(command.order);
      if (order !== undefined) withdrawn(books, order, turn);
      return;
    }
    case 'ask': {
      const order = books.orders.get(command.order);
      // What others gave is asked for without keeping count.
      if (order !== undefined && !isAdopted(order)) noteAsked(order, books);
      return;
    }
    case 'alert': {
      const order = command.order === undefined ? undefined : books.orders.get(command.order);
      if (order !== undefined && !order.alarms.includes(command.code)) order.alarms.push(command.code);
      return;
    }
    case 'certify':
    case 'reconcile':
    case 'cancelEverything':
      return;
    default:
      command satisfies never;
  }
}
