/** What must be so of the process that sends an order that opens a position. */
import { liveBooks } from '../world/evidence.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

export const openingIn = (what: string, isWrong: (books: { reconciled: boolean; journal: string }) => boolean): Invariant => ({
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
