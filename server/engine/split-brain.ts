/**
 * Another writer on the account. Our client order ids name a run and a place in its journal, so an order at the broker can say that
 * a newer run trades here, or that our own run has gone on without us: a second daemon, or a journal that lost its end. Either way
 * nobody may open anything before a person has looked.
 */
import type { Books } from '#server/domain/books.ts';
import { parseOrderId, type RunId } from '#server/domain/ids.ts';
import { engage } from './kill.ts';
import type { Turn } from './turn.ts';

const BASE = 36;

/** Runs are named by the second in which they began. */
const begunAt = (run: RunId): number => Number.parseInt(run.slice(1), BASE);

/** Called for an order that the books do not know. */
export function suspectStranger(books: Books, id: string, turn: Turn): void {
  const reason = suspicion(books, id);
  if (reason !== undefined) engage(books, { level: 'halt', by: 'splitBrain', reason }, turn);
}

function suspicion(books: Books, id: string): string | undefined {
  const place = parseOrderId(id);
  if (place === undefined) return undefined;
  const { run, seq } = place;
  if (run !== books.run) {
    if (begunAt(run) <= begunAt(books.run)) return undefined;
    return `order ${id} is of run ${run}, which is newer than ours (${books.run}): another daemon trades this account`;
  }
  if (seq > books.seq)
    return `order ${id} is of our run, and our journal has only come to entry ${books.seq}: another process goes on with it, or its end was lost`;
  // Ended orders are forgotten one day; before that nothing of ours is unknown.
  if (books.finished.length >= books.keptFinishedOrders) return undefined;
  return `order ${id} bears the name of our run, and our journal has not given it: another process goes on with it`;
}
