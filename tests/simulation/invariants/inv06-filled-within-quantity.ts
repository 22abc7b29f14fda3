/** Nothing is filled beyond its quantity, and what counts as open is open. The engine's own arithmetic, after every event. */
import { inconsistency } from '#server/engine/observe.ts';
import { liveBooks } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv06: Invariant = {
  name: 'INV-06 filled within the quantity',
  watch: (evidence) => ({
    after: () => {
      for (const { books } of liveBooks(evidence)) {
        const breach = inconsistency(books);
        if (breach !== undefined) return breach;
      }
      return undefined;
    },
  }),
};
