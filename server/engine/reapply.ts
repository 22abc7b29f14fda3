/**
 * Takes a journalled entry into the books as it was: the event is observed, agents see the bar, and the orders that were
 * given then are entered as recorded. Nothing is decided anew, so a recovery never depends on today's plan or code
 * agreeing with the decisions of yesterday.
 */
import type { Books } from '#server/domain/books.ts';
import { siblingOf } from '#server/domain/closing.ts';
import type { Plan } from '#server/domain/plan.ts';
import { enter, expectEnd } from './act.ts';
import type { Command, Entry } from './command.ts';
import type { Event } from './event.ts';
import { marketOf } from './genesis.ts';
import { step } from './step.ts';
import { clear, type Turn } from './turn.ts';

/** A bar only informs; a tick and the flatten job would give orders, and theirs are in the record. */
function withoutDeciding(event: Event): Event | undefined {
  if (event.kind === 'bar') return { ...event, history: true };
  return event.kind === 'tick' ? undefined : event;
}

export function reapply(books: Books, plan: Plan, entry: Entry, turn: Turn): void {
  const event = withoutDeciding(entry.event);
  books.seq = entry.seq - 1;
  // While the ledger says "not reconciled" the flatten job stands still.
  const { reconciled } = books;
  books.reconciled = false;
  if (event === undefined) {
    books.seq = entry.seq;
    if (entry.at > books.at) books.at = entry.at;
  } else {
    step(books, plan, event, entry.at, turn);
  }
  books.reconciled ||= reconciled;
  for (const command of entry.commands) remember(books, command, turn);
  clear(turn);
  turn.changed.clear();
}

function remember(books: Books, command: Command, turn: Turn): void {
  switch (command.kind) {
    case 'place':
      if (!books.orders.has(command.order)) enter(books, marketOf(books, command.intent.symbol), command.intent, command.order, turn);
      return;
    case 'cancel': {
      const order = books.orders.get(command.order);
      if (order === undefined) return;
      expectEnd(order, turn);
      const sibling = siblingOf(books, order);
      if (sibling !== undefined) expectEnd(sibling, turn);
      return;
    }
    case 'ask':
    case 'alert':
    case 'reconcile':
    case 'cancelEverything':
      return;
    default:
      command satisfies never;
  }
}
