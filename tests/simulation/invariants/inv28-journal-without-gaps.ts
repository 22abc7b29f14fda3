/** The committed journal has no gaps and one line: each entry's hash is made of the one before, whichever process wrote it. */
import { nextHash } from '#server/adapters/store/journal.ts';
import type { Invariant } from './invariant.ts';

export const inv28: Invariant = {
  name: 'INV-28 journal without gaps, chain unbroken',
  watch: () => {
    let seq = 0;
    let hash: string | undefined;
    return {
      onDurable: (entry) => {
        const [expected, before] = [seq + 1, hash];
        seq = entry.seq;
        hash = entry.hash;
        if (entry.seq !== expected) return `entry ${entry.seq} was committed after ${expected - 1}`;
        if (before !== undefined && entry.hash !== nextHash(before, entry.text))
          return `entry ${entry.seq} does not stand on the one before`;
        return undefined;
      },
    };
  },
};
