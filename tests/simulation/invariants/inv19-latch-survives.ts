/** A kill level that was durable holds after any crash, and so does who set it: a release that was forgotten is one that nobody gave. */
import { booksOf } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv19: Invariant = {
  name: 'INV-19 the latch survives a crash',
  watch: ({ durable }) => ({
    onRecovered: (process) => {
      const kill = booksOf(process)?.kill;
      const isSame = kill?.level === durable.kill && kill.by === durable.killBy;
      return isSame
        ? undefined
        : `the kill switch is at ${kill?.level} by "${kill?.by}" after the start, the journal says ${durable.kill} by "${durable.killBy}"`;
    },
  }),
};
