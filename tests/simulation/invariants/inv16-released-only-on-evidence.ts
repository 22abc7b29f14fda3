/**
 * No order is over in the books while it lives at the broker, and none is called refused, or lost, that the broker took, or of which the
 * journal holds no refusal. What was given up as never arrived may come later all the same; it may not have been there, nor come within the
 * minute that is waited for it.
 */
import { type OrderId, parseOrderId, requestOf } from '#server/domain/ids.ts';
import { isFinal, type Order } from '#server/domain/order.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { DurableEntry } from '../daemon/disk.ts';
import type { Owner } from '../machine/virtual-time.ts';
import { type Durable, type Evidence, liveBooks } from '../world/evidence.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import { Ended, isGivenUp, trueOrderOf } from './ended.ts';
import type { Breach, Invariant } from './invariant.ts';

export const inv16: Invariant = {
  name: 'INV-16 exposure is released only on evidence',
  watch: (evidence) => {
    const ended = new Ended();
    const refusals = new Refusals();
    const sentAt = new Map<string, number>();
    return {
      onSend: (sent) => {
        if (isOrderRequest(sent)) sentAt.set(orderIn(sent).clientOrderId, evidence.time.now);
        return undefined;
      },
      onTruth: ({ order: { clientOrderId: id } }, before) =>
        before === undefined && isGivenUpEarly(evidence, id, sentAt.get(id))
          ? `order ${id} was given up, and arrives within a minute`
          : undefined,
      onDurable: (row) => refusals.read(row),
      after: () => releasedAlive(evidence) ?? releasedForNothing(evidence, ended, refusals) ?? refusals.missing(evidence.durable),
    };
  },
};

/** The minute is counted by the daemon's clock: where that is set, it says nothing. */
function isGivenUpEarly(evidence: Evidence, id: string, sentAt: number | undefined): boolean {
  const { time, mishaps } = evidence;
  if (sentAt === undefined || time.now - sentAt >= MINUTE_MS) return false;
  if (mishaps.some((mishap) => mishap.kind === 'clockStep' || (mishap.kind === 'fault' && mishap.rule.fault === 'clockSkew'))) return false;
  for (const { books } of liveBooks(evidence)) {
    const ours = books.orders.get(id as OrderId);
    if (ours !== undefined && isGivenUp(ours)) return true;
  }
  return false;
}

function releasedAlive(evidence: Evidence): Breach {
  for (const { order, isOpen } of evidence.truth.open()) {
    if (!isOpen) continue;
    for (const { books } of liveBooks(evidence)) {
      const ours = books.orders.get(order.clientOrderId as OrderId);
      // Of orders that are not ours the books keep their fills alone.
      if (ours === undefined || parseOrderId(ours.id) === undefined || !isFinal(ours.status) || isGivenUp(ours)) continue;
      if (isOfAnother(evidence, ours)) continue;
      return `order ${ours.id} is ${ours.status} in the books and ${order.status} at the broker`;
    }
  }
  return undefined;
}

/** A process whose place another has taken may have given the name to an order that never was committed, and never leaves. */
function isOfAnother({ durable }: Evidence, { id, symbol, side, quantity, replaces }: Order): boolean {
  const intent = durable.placed.get(id)?.intent;
  if (intent === undefined || replaces !== undefined) return false;
  return intent.symbol !== symbol || intent.side !== side || intent.quantity !== quantity;
}

/** What the journal says was refused; it may say so a moment after the books do. */
class Refusals {
  readonly #refused = new Set<OrderId>();
  /** Called refused by the books, and at which entry they stood then. */
  readonly #owed = new Map<OrderId, { readonly seq: number; readonly by: Owner }>();

  read(row: DurableEntry): undefined {
    // Its entry is read from the text when it is asked for.
    if (row.kind !== 'orderRejected') return;
    const { event } = row.entry;
    if (event.kind === 'orderRejected') this.#refused.add(requestOf(event.order));
  }

  owe(order: OrderId, seq: number, by: Owner): void {
    this.#owed.set(order, { seq, by });
  }

  missing({ headSeq, writer }: Durable): Breach {
    for (const [order, { seq, by }] of this.#owed) {
      if (seq > headSeq) continue;
      this.#owed.delete(order);
      // What a process was told whose place another has taken is in no journal: the other one is told as well.
      if (by !== writer) continue;
      if (!this.#refused.has(requestOf(order))) return `order ${order} is rejected in the books, and the journal knows of no refusal`;
    }
    return undefined;
  }
}

const isUnsold = ({ status }: Order): boolean => status === 'cancelled' || status === 'expired';

function releasedForNothing(evidence: Evidence, ended: Ended, refusals: Refusals): Breach {
  for (const { process, books } of liveBooks(evidence)) {
    for (const order of ended.of(books)) {
      const there = trueOrderOf(evidence.truth, order);
      if (isUnsold(order) && there?.order.status === 'filled')
        return `order ${order.id} is ${order.status} in the books, and filled at the broker`;
      if (order.status !== 'rejected') continue;
      if (there !== undefined && there.order.status !== 'rejected')
        return `order ${order.id} is rejected in the books (${order.refusal}), and the broker has it: ${there.order.status}`;
      if (there === undefined && !isGivenUp(order)) refusals.owe(order.id, books.seq, process.owner);
    }
  }
  return undefined;
}
