/**
 * What stands between an engaged latch and its release: every proof that is asked for, in the order in which it is asked. Engaging is cheap,
 * letting go is not; each refusal is told.
 */
import type { Books } from '#server/domain/books.ts';
import type { KillLatch } from '#server/domain/kill.ts';
import { latchOf, scopeOfLatch } from '#server/domain/kill-in-force.ts';
import type { KillScope } from '#server/domain/kill-scope.ts';
import type { Instant } from '#server/domain/time.ts';

/** What an operator gives. */
export interface ReleaseWish {
  readonly latchId: number;
  readonly by: string;
  /** Why it is safe again. */
  readonly note: string;
  /** Typed by hand: `phraseFor` that latch. */
  readonly phrase: string;
}

/** What else it depends on. */
export interface Circumstances {
  readonly books: Books;
  readonly now: Instant;
  readonly coolDownMs: number;
  /** The sentinel file is there: while it is, nothing is released. */
  readonly sentinelIsSet: boolean;
  /** Somebody else may trade the account: nothing is released until a start took the lease again. */
  readonly leaseIsLost: boolean;
  readonly journalFails: boolean;
}

export interface Objection {
  readonly message: string;
  readonly hint: string;
  /** A newer statement of the broker may take it away. */
  readonly isForWantOfProof?: true;
}

/** It names the level, so that nobody types it without having seen how far the latch is closed. */
export const phraseFor = ({ level, latchId }: Pick<KillLatch, 'level' | 'latchId'>): string => `release ${level} ${latchId}`;

const no = (message: string, hint: string): Objection => ({ message, hint });

/** The first thing that speaks against it; nothing when all proofs are there. */
export function objectionTo(wish: ReleaseWish, circumstances: Circumstances): Objection | undefined {
  const { books, sentinelIsSet, leaseIsLost, journalFails } = circumstances;
  const scope = scopeOfLatch(books, wish.latchId);
  const latch = scope === undefined ? undefined : latchOf(books, scope);
  if (scope === undefined || latch === undefined) return notEngaged(books, wish.latchId);
  if (wish.note.trim() === '') return no('a release needs a note', 'say why it is safe again');
  const phrase = phraseFor(latch);
  if (wish.phrase !== phrase) return no('the typed phrase is another one', `type it by hand: ${phrase}`);
  if (sentinelIsSet) return no('the sentinel file KILL is still there', 'remove it from the data folder, then release');
  if (leaseIsLost) return no('the lease of the account was lost', 'restart the daemon: it takes the lease again, or says who has it');
  if (journalFails) return no('the journal can not be written', 'repair the database first');
  return tooEarly(latch, circumstances) ?? unproven(scope, latch, books);
}

function notEngaged({ kill, latches }: Books, latchId: number): Objection {
  if (kill.level === 'armed' && latches.size === 0) return no('the kill switch is not engaged', 'there is nothing to release');
  if (kill.level === 'armed') return no(`latch ${latchId} is not an engaged one`, 'look at the list of those that are');
  return no(
    `latch ${latchId} is not the engaged one, ${kill.latchId} is`,
    `read its reason ("${kill.reason}"), then release ${kill.latchId}`,
  );
}

function tooEarly({ at }: KillLatch, { now, coolDownMs }: Circumstances): Objection | undefined {
  const leftMs = at + coolDownMs - now;
  if (leftMs <= 0) return undefined;
  return no(`the latch is ${now - at} ms old, it cools down for ${coolDownMs} ms`, `look at its cause; try again in ${leftMs} ms`);
}

/** A statement that was asked for before the latch closed says nothing of what came of it. */
function unproven(scope: KillScope, { at }: KillLatch, { reconciled, lastStatement, disagreements, lastActivityAt }: Books) {
  const isNewer = lastStatement !== undefined && lastStatement.asOf > at && lastStatement.asOf > lastActivityAt;
  if (reconciled && disagreements === 0 && isNewer) return undefined;
  const what = scope === 'account' ? '' : ` (${scope})`;
  const message = `the books do not agree with a statement of the broker that is newer than the latch${what} yet`;
  return { message, hint: 'wait for a clean reconciliation, then release', isForWantOfProof: true } as const;
}
