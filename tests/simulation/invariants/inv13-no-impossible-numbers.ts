/** No infinity, no negative price, and nothing that is not a number where one is computed with. */
import { liveBooks } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv13: Invariant = {
  name: 'INV-13 no impossible numbers',
  watch: (evidence) => ({
    after: () => {
      for (const { books } of liveBooks(evidence)) {
        if (!Number.isFinite(books.lossScreen.equity)) return `the equity is ${books.lossScreen.equity}`;
        for (const { symbol, lastPrice, held } of books.markets.values()) {
          if (lastPrice <= 0 || lastPrice === Number.POSITIVE_INFINITY) return `the price of ${symbol} is ${lastPrice}`;
          if (!Number.isFinite(held)) return `of ${symbol} ${held} is held`;
        }
      }
      return undefined;
    },
  }),
};
