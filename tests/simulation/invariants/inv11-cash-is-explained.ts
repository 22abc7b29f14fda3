/**
 * Cash is what executions make of it: the broker's word on it is taken over only where something else moved the account. A pair's fees are not
 * always known to the cent, so days with pairs are left out, and of such days the account is held against the books in the end alone.
 */
import type { Invariant } from './invariant.ts';

export const inv11: Invariant = {
  name: 'INV-11 cash is explained by executions',
  watch: ({ durable, mishaps, settings }) => ({
    after: () => {
      if (settings.pairs.length > 0 || mishaps.some(({ kind }) => kind === 'transfer')) return undefined;
      const taken = durable.alerts.find(({ code, text }) => code === 'booksDiffer' && text.startsWith('cash'));
      return taken === undefined ? undefined : `nothing but executions moved the account, and ${taken.text}`;
    },
  }),
};
