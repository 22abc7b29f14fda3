/** Nothing opens before the books were compared with the broker's statement, by the books and by the journal. */
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';
import { openingIn } from './opening-orders.ts';

const notReconciled = openingIn('INV-20 nothing opens before reconciliation', ({ reconciled }) => !reconciled);

export const inv20: Invariant = {
  name: notReconciled.name,
  watch: (evidence) => {
    const { durable } = evidence;
    const { onSend } = notReconciled.watch(evidence);
    /** Whether the journal has the broker's statement, since the process began. */
    let isStated = false;
    return {
      onDurable: ({ kind }) => {
        if (kind === 'started') isStated = false;
        if (kind === 'statement') isStated = true;
        return undefined;
      },
      onSend: (sent) => {
        const breach = onSend?.(sent);
        if (breach !== undefined || isStated || !isOrderRequest(sent)) return breach;
        const { clientOrderId } = orderIn(sent);
        return durable.placed.get(clientOrderId)?.intent.purpose === 'open'
          ? `order ${clientOrderId} left, and no statement of the broker is in the journal since the start`
          : undefined;
      },
    };
  },
};
