/** Nothing piles up: what waits in the simulation, and what the books remember of orders that are open. */
import { liveBooks } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

const MOST_WAITING = 20_000;
const MOST_OPEN = 500;

export const inv36: Invariant = {
  name: 'INV-36 queues are bounded',
  watch: (evidence) => ({
    after: () => {
      if (evidence.time.waiting > MOST_WAITING) return `${evidence.time.waiting} timers and messages wait`;
      for (const { books } of liveBooks(evidence)) if (books.openOrderCount > MOST_OPEN) return `${books.openOrderCount} orders are open`;
      return undefined;
    },
  }),
};
