/**
 * The kill level in memory: raised at once, before the engine has taken its turn and before anything is durable. The
 * broker adapter reads it on the last line before a request leaves.
 */
import type { Books } from '#server/domain/books.ts';
import { type EngagedLevel, higher, type KillLevel } from '#server/domain/kill.ts';
import { levelOf } from '#server/domain/kill-in-force.ts';
import { concerns, type KillScope, type KillSubject } from '#server/domain/kill-scope.ts';
import type { KillGate } from './ports.ts';

/** Where a level can come from: each suffices, and they fail independently. The broker's own is in the journal by its statement. */
export type StandingSource = 'sentinel' | 'guard';

interface Raised {
  readonly level: EngagedLevel;
  readonly scope: KillScope;
}

export class Latch implements KillGate {
  readonly #books: Books;
  /** Raised, and not yet in the books. */
  readonly #pending: Raised[] = [];
  /** What holds for as long as it stands, whatever is released. */
  readonly #standing = new Map<StandingSource, EngagedLevel>();
  #journalFails = false;

  constructor(books: Books) {
    this.#books = books;
  }

  level(subject?: KillSubject): KillLevel {
    const { kill } = this.#books;
    let level = subject === undefined ? kill.level : levelOf(this.#books, subject);
    if (this.#journalFails) level = higher(level, 'halt');
    for (const raised of this.#pending) if (isAbout(raised.scope, subject)) level = higher(level, raised.level);
    for (const standing of this.#standing.values()) level = higher(level, standing);
    return level;
  }

  /** What each source says of the account, for people. */
  sources(): Readonly<Record<'memory' | 'journal' | StandingSource, KillLevel>> {
    const ofAccount = this.#pending.filter(({ scope }) => scope === 'account');
    const memory = ofAccount.reduce<KillLevel>((level, raised) => higher(level, raised.level), this.#journalFails ? 'halt' : 'armed');
    const standing = (source: StandingSource): KillLevel => this.#standing.get(source) ?? 'armed';
    return { memory, journal: this.#books.kill.level, sentinel: standing('sentinel'), guard: standing('guard') };
  }

  get journalIsFailing(): boolean {
    return this.#journalFails;
  }

  raise(level: EngagedLevel, scope: KillScope): void {
    this.#pending.push({ level, scope });
  }

  /** The engine took its turn: the books carry the level from now on. */
  lower(level: EngagedLevel, scope: KillScope): void {
    const place = this.#pending.findIndex((raised) => raised.level === level && raised.scope === scope);
    if (place >= 0) this.#pending.splice(place, 1);
  }

  /** A source of its own says that it holds, or that it does not any more. */
  stand(source: StandingSource, level: KillLevel): void {
    if (level === 'armed') this.#standing.delete(source);
    else this.#standing.set(source, level);
  }

  /** While the journal can not be written nothing may open. */
  journalFails(fails: boolean): void {
    this.#journalFails = fails;
  }
}

const isAbout = (scope: KillScope, subject: KillSubject | undefined): boolean =>
  scope === 'account' || (subject !== undefined && concerns(scope, subject));
