/**
 * The kill level in memory: raised at once, before the engine has taken its turn and before anything is durable. The
 * broker adapter reads it on the last line before a request leaves.
 */
import type { Books } from '#server/domain/books.ts';
import { type EngagedLevel, higher, type KillLevel } from '#server/domain/kill.ts';
import type { KillGate } from './ports.ts';

export class Latch implements KillGate {
  #books: Books;
  /** Raised, and not yet in the books. */
  readonly #pending: EngagedLevel[] = [];
  #journalFails = false;

  constructor(books: Books) {
    this.#books = books;
  }

  level(): KillLevel {
    let level = this.#journalFails ? higher(this.#books.kill.level, 'halt') : this.#books.kill.level;
    for (const raised of this.#pending) level = higher(level, raised);
    return level;
  }

  get journalIsFailing(): boolean {
    return this.#journalFails;
  }

  raise(level: EngagedLevel): void {
    this.#pending.push(level);
  }

  /** The engine took its turn: the books carry the level from now on. */
  lower(level: EngagedLevel): void {
    const place = this.#pending.indexOf(level);
    if (place >= 0) this.#pending.splice(place, 1);
  }

  /** While the journal can not be written nothing may open. */
  journalFails(fails: boolean): void {
    this.#journalFails = fails;
  }
}
