/** The desk of a running daemon: reads the books between turns, and puts the operator's word into the inbox. */
import type { Books } from '#server/domain/books.ts';
import type { EngagedLevel, KillLatch } from '#server/domain/kill.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import type { Desk, Health } from './desk.ts';
import type { Inbox } from './inbox.ts';
import type { Latch } from './latch.ts';

export interface DeskParts {
  readonly mode: string;
  readonly version: string;
  readonly books: Books;
  readonly inbox: Inbox;
  readonly latch: Latch;
  readonly health: () => Health;
  readonly config: () => unknown;
  /** The sentinel file is there: while it is, nothing is released. */
  readonly sentinelIsSet: () => boolean;
  /** Somebody else may trade the account: nothing is released until a start took the lease again. */
  readonly leaseIsLost: () => boolean;
  /** Cancels at the broker what the level does not let stand, past the journal. */
  readonly withdraw: (level: EngagedLevel) => void;
  readonly pause: (ms: number) => Promise<void>;
}

/** A journal that takes longer than this does not keep the kill switch from cancelling. */
const PATIENCE_MS = 250;

/** What the operator asked for is not possible now; the hint says what to do. */
export class DeskRefusal extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'DeskRefusal';
    this.hint = hint;
  }
}

export class ControlDesk implements Desk {
  readonly #parts: DeskParts;
  readonly #listeners = new Set<(entry: Entry) => void>();
  /** Events whose entry somebody waits for. */
  readonly #awaited = new Map<Event, () => void>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  get mode(): string {
    return this.#parts.mode;
  }

  get version(): string {
    return this.#parts.version;
  }

  get books(): Books {
    return this.#parts.books;
  }

  health(): Health {
    return this.#parts.health();
  }

  config(): unknown {
    return this.#parts.config();
  }

  async engage(level: EngagedLevel, by: string, reason: string): Promise<KillLatch> {
    const { latch, withdraw, pause, books } = this.#parts;
    latch.raise(level);
    const written = this.durable({ kind: 'killEngaged', level, by, reason });
    const inTime = await Promise.race([written.then(() => true), pause(PATIENCE_MS).then(() => false)]);
    if (!inTime) withdraw(level);
    await written;
    return books.kill;
  }

  kill(): KillLatch {
    const { books, latch } = this.#parts;
    const level = latch.level();
    if (level === books.kill.level) return books.kill;
    return { level, latchId: books.kill.latchId, by: 'memory', reason: 'closed in memory, the journal does not have it yet', at: books.at };
  }

  async release(latchId: number, by: string, note: string): Promise<KillLatch> {
    this.#mayRelease(latchId);
    await this.durable({ kind: 'killReleased', by, note, latchId });
    const { kill } = this.#parts.books;
    if (kill.level !== 'armed')
      throw new DeskRefusal(`a newer latch ${kill.latchId} is engaged at ${kill.level}`, 'look at its reason first');
    return kill;
  }

  #mayRelease(latchId: number): void {
    const { books, sentinelIsSet, leaseIsLost, health } = this.#parts;
    const { kill } = books;
    if (kill.level === 'armed') throw new DeskRefusal('the kill switch is not engaged', 'there is nothing to release');
    if (kill.latchId !== latchId) {
      throw new DeskRefusal(
        `latch ${latchId} is not the engaged one, ${kill.latchId} is`,
        `read its reason ("${kill.reason}"), then release ${kill.latchId}`,
      );
    }
    if (sentinelIsSet()) throw new DeskRefusal('the sentinel file KILL is still there', 'remove it from the data folder, then release');
    if (leaseIsLost())
      throw new DeskRefusal('the lease of the account was lost', 'restart the daemon: it takes the lease again, or says who has it');
    if (health().journal !== 'ok') throw new DeskRefusal('the journal can not be written', 'repair the database first');
    if (!books.reconciled)
      throw new DeskRefusal("the books do not agree with the broker's statement yet", 'wait for a clean reconciliation');
  }

  /** Resolves when the event's entry would survive a power cut. */
  durable(event: Event): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited.set(event, resolve);
      this.#parts.inbox.tell(event);
    });
  }

  subscribe(listener: (entry: Entry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The loop tells of every durable entry. */
  readonly published = (entry: Entry): void => {
    const resolve = this.#awaited.get(entry.event);
    if (resolve !== undefined) {
      this.#awaited.delete(entry.event);
      resolve();
    }
    for (const listener of this.#listeners) listener(entry);
  };
}
