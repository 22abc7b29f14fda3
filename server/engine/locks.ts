/** Locks in the books: placed by a person or a rule, lifted by time, by a person, and never by time alone while their cause is there. */
import type { Books } from '#server/domain/books.ts';
import { isSameScope, type Lock, type LockCause, type LockScope, scopeText } from '#server/domain/lock.ts';
import type { Instant } from '#server/domain/time.ts';
import { alert, type Turn } from './turn.ts';

export type LockWish = Pick<Lock, 'scope' | 'cause' | 'by' | 'reason' | 'until' | 'isCauseThere'>;

/** A person knows, and that positions differ is told by itself. */
const TOLD_ALREADY: readonly LockCause[] = ['operator', 'booksDiffer'];

const isLater = (a: Instant | undefined, b: Instant | undefined): boolean => a === undefined || (b !== undefined && a > b);

/** A rule that finds its lock in place makes it longer, and never shorter. */
export function placeLock(books: Books, wish: LockWish, turn: Turn): void {
  const place =
    wish.cause === 'operator' ? -1 : books.locks.findIndex((one) => one.cause === wish.cause && isSameScope(one.scope, wish.scope));
  const known = books.locks[place];
  if (known !== undefined) {
    const { reason, isCauseThere } = wish;
    books.locks[place] = { ...known, until: isLater(wish.until, known.until) ? wish.until : known.until, reason, isCauseThere };
    return;
  }
  books.locksPlaced++;
  const { scope, cause, by, reason, until, isCauseThere } = wish;
  books.locks.push({ id: books.locksPlaced, scope, cause, by, reason, since: books.at, until, isCauseThere });
  if (!TOLD_ALREADY.includes(cause)) alert(turn, 'locked', `${scopeText(scope)}: ${reason}`);
}

export function removeLock(books: Books, id: number): void {
  const place = books.locks.findIndex((one) => one.id === id);
  if (place >= 0) books.locks.splice(place, 1);
}

/** The cause is gone: time may end it now. */
export function easeLocks(books: Books, cause: LockCause, scope?: LockScope): void {
  for (const [place, lock] of books.locks.entries()) {
    if (lock.cause !== cause || !lock.isCauseThere || (scope !== undefined && !isSameScope(scope, lock.scope))) continue;
    books.locks[place] = { ...lock, isCauseThere: false };
  }
}

const isOver = ({ until, isCauseThere }: Lock, at: Instant): boolean => until !== undefined && at >= until && !isCauseThere;

/** Called before every event: what time has ended is gone, and that is journalled. */
export function liftLocks(books: Books, turn: Turn): void {
  const { locks, at } = books;
  if (!locks.some((lock) => isOver(lock, at))) return;
  locks.splice(0, locks.length, ...locks.filter((lock) => !isOver(lock, at)));
  turn.material = true;
}
