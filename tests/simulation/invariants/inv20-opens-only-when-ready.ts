/** Nothing opens before the books were compared with the broker's statement, by the books and by the journal. */
import type { Owner } from '../machine/virtual-time.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';
import { openingIn } from './opening-orders.ts';

const notReconciled = openingIn('INV-20 nothing opens before reconciliation', ({ reconciled }) => !reconciled);

export const inv20: Invariant = {
  name: notReconciled.name,
  watch: (evidence) => {
    const { durable, time } = evidence;
    const { onSend } = notReconciled.watch(evidence);
    /** Those of whom the journal has a statement of the broker since they began: one that was pushed aside had its own. */
    const stated = new Set<Owner>();
    return {
      onDurable: ({ kind }) => {
        if (kind === 'statement') stated.add(time.current);
        return undefined;
      },
      onSend: (sent) => {
        const breach = onSend?.(sent);
        if (breach !== undefined || stated.has(sent.from) || !isOrderRequest(sent)) return breach;
        const { clientOrderId } = orderIn(sent);
        return durable.placed.get(clientOrderId)?.intent.purpose === 'open'
          ? `order ${clientOrderId} left, and no statement of the broker is in the journal since the start`
          : undefined;
      },
    };
  },
};
