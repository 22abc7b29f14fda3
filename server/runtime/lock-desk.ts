/** The operator's word on locks: what may be locked, and that it is durable before it is said to be done. */
import type { Books } from '#server/domain/books.ts';
import { isSameScope, type Lock, type LockScope, nameOf } from '#server/domain/lock.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { DeskRefusal } from './desk-refusal.ts';

/** Of those that a person placed: each is looked at with every opening order. */
const MOST_LOCKS = 200;

export interface NewLock {
  readonly scope: LockScope;
  readonly until: Instant | undefined;
  readonly by: string;
  readonly reason: string;
}

export interface Locks {
  list(): readonly Lock[];
  /** Resolves when it would survive a power cut; refused (an Error with a hint) for what nobody trades. */
  add(lock: NewLock): Promise<Lock>;
  remove(id: number, by: string, note: string): Promise<void>;
}

export interface LockDeskParts {
  readonly books: Books;
  readonly journalIsWritten: () => boolean;
  /** Resolves when the event's entry would survive a power cut. */
  readonly durable: (event: Event) => Promise<void>;
}

export class LockDesk implements Locks {
  readonly #parts: LockDeskParts;

  constructor(parts: LockDeskParts) {
    this.#parts = parts;
  }

  list(): readonly Lock[] {
    return this.#parts.books.locks;
  }

  async add({ scope, until, by, reason }: NewLock): Promise<Lock> {
    const { books, durable } = this.#parts;
    this.#mayAdd(scope, until);
    await durable({ kind: 'lockPlaced', scope, by, reason, ...(until === undefined ? {} : { until }) });
    const placed = books.locks.findLast((lock) => lock.cause === 'operator' && lock.reason === reason && isSameScope(lock.scope, scope));
    if (placed === undefined)
      throw new DeskRefusal({ message: 'the lock was over before it was in the journal', hint: 'give it more time' });
    return placed;
  }

  async remove(id: number, by: string, note: string): Promise<void> {
    const { books, durable } = this.#parts;
    if (!books.locks.some((lock) => lock.id === id))
      throw new DeskRefusal({ message: `there is no lock ${id}`, hint: 'list the locks: it may be over' });
    this.#mayWrite();
    await durable({ kind: 'lockRemoved', lock: id, by, note });
  }

  #mayAdd(scope: LockScope, until: Instant | undefined): void {
    const { books } = this.#parts;
    const known = namesIn(books, scope.kind);
    if (!known.has(nameOf(scope)))
      throw new DeskRefusal({
        message: `there is no ${scope.kind} "${nameOf(scope)}" in the plan`,
        hint: `use one of ${[...known].join(', ')}`,
      });
    if (until !== undefined && until <= books.at)
      throw new DeskRefusal({
        message: 'the lock would be over before it begins',
        hint: 'give an end that is still to come, by the market time of "tradar status"',
      });
    if (books.locks.length >= MOST_LOCKS)
      throw new DeskRefusal({ message: `there are ${MOST_LOCKS} locks already`, hint: 'remove some, or use the kill switch' });
    this.#mayWrite();
  }

  #mayWrite(): void {
    if (!this.#parts.journalIsWritten())
      throw new DeskRefusal({
        message: 'the journal can not be written',
        hint: 'repair the database first; the kill switch works without it',
      });
  }
}

function namesIn({ markets }: Books, kind: LockScope['kind']): ReadonlySet<string> {
  const traded = [...markets.values()].filter(({ portfolio }) => portfolio !== undefined);
  if (kind === 'symbol') return new Set(traded.map(({ symbol }) => symbol));
  if (kind === 'portfolio') return new Set(traded.flatMap(({ portfolio }) => portfolio?.id ?? []));
  return new Set(traded.flatMap(({ seats }) => seats.map(({ deployment }) => deployment.id)));
}
