/** Entries and orders as rows: what the ledger beside the journal is made of. */
import { canonicalDecimal } from '#drizzle/decimal.ts';
import { parseOrderId } from '#server/domain/ids.ts';
import { isFinal, type Order } from '#server/domain/order.ts';
import type { Entry } from '#server/engine/command.ts';
import { encode } from '#server/runtime/codec.ts';
import type { Put, Value } from './driver.ts';

function fillRow(run: string, { seq, event }: Entry): Value[][] {
  if (event.kind !== 'fill') return [];
  const { executionId, order, symbol, side, quantity, price, at } = event.fill;
  return [[run, executionId, seq, order, symbol, side, canonicalDecimal(quantity), canonicalDecimal(price), at]];
}

function haltRow(run: string, { seq, at, event }: Entry): Value[][] {
  // Half a character comes back from the database as another one: it is never written.
  const row = (level: string | null, who: string, text: string): Value[][] => [[run, seq, at, event.kind, level, who, text.toWellFormed()]];
  if (event.kind === 'killEngaged') {
    const { level, by, reason, scope } = event;
    return row(level, by, scope === undefined ? reason : `${scope}: ${reason}`);
  }
  if (event.kind === 'releaseDenied') return row(null, event.by, event.reason);
  if (event.kind === 'killReleased') return row(null, event.by, event.note);
  return event.kind === 'fault' ? row(null, event.where, event.reason) : [];
}

const equityRow = (run: string, { seq, at, event }: Entry): Value[][] =>
  event.kind === 'statement' ? [[run, seq, at, canonicalDecimal(event.statement.equity), canonicalDecimal(event.statement.cash)]] : [];

const signalRows = (run: string, { seq, signals }: Entry): Value[][] =>
  signals.map((signal, nth) => [run, seq, nth, signal.symbol, signal.deployment, signal.at, encode(signal)]);

const decisionRows = (run: string, { seq, at, decisions }: Entry): Value[][] =>
  decisions.map((decision, nth) => [run, seq, nth, decision.symbol, at, encode(decision)]);

/** An adopted order has no place of its own in our journal: it is listed where it was seen first. */
function orderRow(run: string, order: Order, seenAt: number): Value[] {
  const place = parseOrderId(order.id);
  const ours = place?.run === run;
  const { id, symbol, status, brokerId, quantity, filled, filledNotional, updatedAt } = order;
  const open = isFinal(status) ? 0 : 1;
  const ledger = [canonicalDecimal(quantity), canonicalDecimal(filled), canonicalDecimal(filledNotional), updatedAt, encode(order)];
  return [run, id, ours ? place.seq : seenAt, ours ? place.leg : 0, symbol, status, open, brokerId ?? null, ...ledger];
}

/**
 * Each row may be there already: a fill that is told twice, of which the first telling counts, as in the books; and all that a start
 * writes again because it can not know whether the life before it still did.
 */
export function ledgerPuts(run: string, entries: readonly Entry[], changedOrders: readonly Order[]): Put[] {
  const lastSeq = entries.at(-1)?.seq ?? 0;
  return [
    { table: 'orders', whenThere: 'update', rows: changedOrders.map((order) => orderRow(run, order, lastSeq)) },
    { table: 'fills', whenThere: 'update', rows: entries.flatMap((entry) => fillRow(run, entry)) },
    { table: 'signals', whenThere: 'update', rows: entries.flatMap((entry) => signalRows(run, entry)) },
    { table: 'decisions', whenThere: 'update', rows: entries.flatMap((entry) => decisionRows(run, entry)) },
    { table: 'halts', whenThere: 'update', rows: entries.flatMap((entry) => haltRow(run, entry)) },
    { table: 'equity', whenThere: 'update', rows: entries.flatMap((entry) => equityRow(run, entry)) },
  ];
}
