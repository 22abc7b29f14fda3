/**
 * No order is over in the books while it lives at the broker, and none that the broker took is called refused, or lost. What was given up
 * as never arrived may come later all the same; it may not have been there.
 */
import { type OrderId, parseOrderId } from '#server/domain/ids.ts';
import { isFinal } from '#server/domain/order.ts';
import { type Evidence, liveBooks } from '../world/evidence.ts';
import { Ended, isGivenUp, trueOrderOf } from './ended.ts';
import type { Breach, Invariant } from './invariant.ts';

export const inv16: Invariant = {
  name: 'INV-16 exposure is released only on evidence',
  watch: (evidence) => {
    const ended = new Ended();
    return {
      after: () => releasedAlive(evidence) ?? releasedForNothing(evidence, ended),
    };
  },
};

function releasedAlive(evidence: Evidence): Breach {
  for (const { order, isOpen } of evidence.truth.open()) {
    if (!isOpen) continue;
    for (const { books } of liveBooks(evidence)) {
      const ours = books.orders.get(order.clientOrderId as OrderId);
      // Of orders that are not ours the books keep their fills alone.
      if (ours === undefined || parseOrderId(ours.id) === undefined || !isFinal(ours.status) || isGivenUp(ours)) continue;
      return `order ${ours.id} is ${ours.status} in the books and ${order.status} at the broker`;
    }
  }
  return undefined;
}

function releasedForNothing(evidence: Evidence, ended: Ended): Breach {
  for (const { books } of liveBooks(evidence)) {
    for (const order of ended.of(books)) {
      if (order.status !== 'rejected') continue;
      const there = trueOrderOf(evidence.truth, order);
      if (there !== undefined && there.order.status !== 'rejected')
        return `order ${order.id} is rejected in the books (${order.refusal}), and the broker has it: ${there.order.status}`;
    }
  }
  return undefined;
}
