/** After a start: everything that was broken is mended, and then the books must come to agree with the exchange, within a bound. */
import { setTimeout as pause } from 'node:timers/promises';
import { differences, isSame } from './compare.ts';
import type { Books } from './daemon.ts';
import { Violation } from './story.ts';
import { count, type World } from './world.ts';

/** An order that never arrived is asked for twenty times before it counts as lost: some ten seconds of the wall. */
const SETTLE_BOUND_MS = 45_000;
const LOOK_EVERY_MS = 25;

/** The exchange and the database are there, and nothing is armed. */
export async function mend({ exchange, database, tally }: World): Promise<void> {
  await database.mend();
  exchange.process?.signal('SIGCONT');
  if (exchange.process?.running !== true) await exchange.start();
  for (const fault of await exchange.faultsFired()) count(tally.faults, fault);
  await exchange.heal();
}

export interface Wanted {
  /** The daemon itself says so, and is in doubt about nothing. */
  readonly settled: boolean;
}

/** Resolves with the books when they and the exchange agree. */
export async function agree(world: World, { settled }: Wanted): Promise<Books> {
  const { daemon, tally } = world;
  const begunMs = performance.now();
  let found: readonly string[] = ['nothing was compared'];
  while (performance.now() - begunMs < SETTLE_BOUND_MS) {
    if (!daemon.running) throw new Violation('the daemon ended by itself while nothing was broken');
    const look = await compareOnce(world, settled);
    if (look !== undefined) {
      found = look.differences;
      if (found.length === 0) {
        tally.longestRecoveryMs = Math.max(tally.longestRecoveryMs, performance.now() - begunMs);
        return look.books;
      }
    }
    await pause(LOOK_EVERY_MS);
  }
  throw new Violation(`unreconciled ${SETTLE_BOUND_MS / 1_000} s after everything was mended: ${found.join('; ')}`);
}

/** Nothing when something moved while we looked. */
async function compareOnce({ exchange, daemon }: World, settled: boolean): Promise<{ books: Books; differences: string[] } | undefined> {
  const before = await exchange.truth();
  const books = await daemon.books();
  if (!isSame(before, await exchange.truth())) return undefined;
  const found = differences(books, before, !settled);
  if (settled && !books.reconciled) found.push('the daemon does not call itself reconciled');
  return { books, differences: found };
}
