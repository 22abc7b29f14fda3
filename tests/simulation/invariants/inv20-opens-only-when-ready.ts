/** Nothing opens before the books were compared with the broker's statement, and nothing while the journal can not be written. */
import { liveBooks } from '../world/evidence.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

const openingIn = (what: string, isWrong: (books: { reconciled: boolean; journal: string }) => boolean): Invariant => ({
  name: what,
  watch: (evidence) => ({
    onSend: (sent) => {
      if (!isOrderRequest(sent)) return undefined;
      const { clientOrderId } = orderIn(sent);
      if (evidence.durable.placed.get(clientOrderId)?.intent.purpose !== 'open') return undefined;
      for (const { process, books } of liveBooks(evidence)) {
        if (process.owner !== sent.from) continue;
        const journal = process.daemon?.desk.health().journal ?? 'ok';
        if (isWrong({ reconciled: books.reconciled, journal }))
          return `order ${clientOrderId} left; reconciled: ${books.reconciled}, journal ${journal}`;
      }
      return undefined;
    },
  }),
});

export const inv20 = openingIn('INV-20 nothing opens before reconciliation', ({ reconciled }) => !reconciled);
export const inv32 = openingIn('INV-32 nothing opens while the journal fails', ({ journal }) => journal !== 'ok');
