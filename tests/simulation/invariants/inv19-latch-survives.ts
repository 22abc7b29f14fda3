/**
 * The kill level of the books is the one that the journal gives, as long as nothing newer is being written; and after any crash, so is who
 * set it: a release that was forgotten is one that nobody gave.
 */
import { booksOf, liveBooks } from '../world/evidence.ts';
import type { Invariant } from './invariant.ts';

export const inv19: Invariant = {
  name: 'INV-19 the latch survives a crash',
  watch: (evidence) => {
    const { durable } = evidence;
    return {
      onRecovered: (process) => {
        const kill = booksOf(process)?.kill;
        const isSame = kill?.level === durable.kill && kill.by === durable.killBy;
        return isSame
          ? undefined
          : `the kill switch is at ${kill?.level} by "${kill?.by}" after the start, the journal says ${durable.kill} by "${durable.killBy}"`;
      },
      after: () => {
        for (const { books } of liveBooks(evidence)) {
          if (books.seq === durable.headSeq && books.kill.level !== durable.kill)
            return `the kill level is ${books.kill.level}, what was engaged since the last release comes to ${durable.kill}`;
        }
        return undefined;
      },
    };
  },
};
