/** A kill level that was durable holds after any crash. */
import { booksOf } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv19: Invariant = {
  name: 'INV-19 the latch survives a crash',
  watch: ({ durable }) => ({
    onRecovered: (process) => {
      const level = booksOf(process)?.kill.level;
      return level === durable.kill ? undefined : `the kill level is ${level} after the start, the journal says ${durable.kill}`;
    },
  }),
};
