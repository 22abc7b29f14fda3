/**
 * Stepping over the committed journal again gives every entry byte for byte, each snapshot that was saved, and the books that a
 * restarted process recovers. On one day in four: it is as much work as the day itself.
 */
import { takeSnapshot } from '#server/runtime/recover.ts';
import { type Divergence, Replay } from '#server/runtime/replay.ts';
import { booksOf } from '../world/evidence.ts';
import type { Breach, Invariant } from './invariant.ts';

const ONE_DAY_IN = 4;

const words = (what: string, found: Divergence | undefined): Breach =>
  found === undefined ? undefined : `${what}: ${JSON.stringify(found).slice(0, 400)}`;

export const inv29: Invariant = {
  name: 'INV-29 replay equality',
  watch: ({ settings, plan, durable, mark, hosts }) => {
    if (settings.seed % ONE_DAY_IN !== 0) return {};
    let replay: Replay | undefined;
    return {
      onDurable: ({ seq, text, run }) => {
        replay ??= new Replay(run, () => plan.plan);
        return words(`entry ${seq}, stepped over again, is another one`, replay.next(text));
      },
      onSnapshot: (snapshot) => {
        if (replay === undefined || snapshot.seq !== durable.headSeq) return undefined;
        return words(`the snapshot at ${snapshot.seq} is not what the journal gives`, replay.compare(snapshot));
      },
      onRecovered: (process) => {
        const books = booksOf(process);
        if (replay === undefined || books === undefined || books.seq !== durable.headSeq) return undefined;
        // Another that has not ended yet may have written an entry of that number meanwhile: the books are then of a journal that never was.
        if (hosts.some((host) => host.process !== undefined && host.process !== process)) return undefined;
        mark('recovered books were held against a replay');
        return words(
          `the books recovered at ${books.seq} are not what the journal gives`,
          replay.compare(takeSnapshot(books, plan.planText)),
        );
      },
    };
  },
};
