/** The desk of a running daemon: reads the books between turns, and puts the operator's word into the inbox. */
import type { Books } from '#server/domain/books.ts';
import { atLeast, type EngagedLevel, higher, type KillLatch, type KillLevel } from '#server/domain/kill.ts';
import { engagedLatches, isKnownScope, latchOf, scopeOfLatch } from '#server/domain/kill-in-force.ts';
import { type KillScope, levelsOf } from '#server/domain/kill-scope.ts';
import type { Limits } from '#server/domain/limits.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import type { Desk, Health, KillState } from './desk.ts';
import { DeskRefusal } from './desk-refusal.ts';
import type { Inbox } from './inbox.ts';
import type { Latch, StandingSource } from './latch.ts';
import { LockDesk, type Locks } from './lock-desk.ts';
import { type Circumstances, type Objection, objectionTo, phraseFor, type ReleaseWish } from './release-ceremony.ts';
import { type ControlReading, readControls } from './risk-readings.ts';

export interface DeskParts {
  readonly mode: string;
  readonly version: string;
  readonly books: Books;
  readonly inbox: Inbox;
  readonly latch: Latch;
  readonly health: () => Health;
  readonly limits: Limits;
  readonly config: () => unknown;
  readonly sentinelIsSet: () => boolean;
  readonly leaseIsLost: () => boolean;
  /** Market time. */
  readonly now: () => Instant;
  /** How old a latch must be before it may be released. */
  readonly coolDownMs: number;
  /** Cancels at the broker what the level does not let stand, past the journal. */
  readonly withdraw: (level: EngagedLevel, scope: KillScope) => void;
  /** Asks the broker for a statement. */
  readonly reconcile: () => void;
  /** Has the broker take orders again; whether it has confirmed that. */
  readonly unsuspend: () => Promise<boolean>;
  /** The level `sever` was engaged: nothing leaves any more, and the process ends. */
  readonly sever: (reason: string) => void;
  readonly pause: (ms: number) => Promise<void>;
}

/** A journal that takes longer than this does not keep the kill switch from cancelling. */
const PATIENCE_MS = 250;
/** So long a release waits for a statement that bears the books out. */
const PROOF_WAIT_MS = 5_000;
const PROOF_LOOK_MS = 100;

export class ControlDesk implements Desk {
  readonly #parts: DeskParts;
  readonly #listeners = new Set<(entry: Entry) => void>();
  /** Events whose entry somebody waits for. */
  readonly #awaited = new Map<Event, () => void>();

  readonly locks: Locks;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const { books, health } = parts;
    this.locks = new LockDesk({ books, journalIsWritten: () => health().journal === 'ok', durable: (event) => this.durable(event) });
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

  risk(): readonly ControlReading[] {
    return readControls(this.#parts.books, this.#parts.limits);
  }

  config(): unknown {
    return this.#parts.config();
  }

  async engage(level: EngagedLevel, by: string, reason: string, scope: KillScope = 'account'): Promise<KillLatch> {
    const { latch, withdraw, reconcile, sever, pause, books } = this.#parts;
    if (!levelsOf(scope).includes(level))
      throw new DeskRefusal({ message: `${scope} has no level ${level}`, hint: `use one of ${levelsOf(scope).join(', ')}` });
    if (!isKnownScope(books, scope))
      throw new DeskRefusal({ message: `nothing is traded under ${scope}`, hint: 'name one that the plan has' });
    latch.raise(level, scope);
    const written = this.durable({ kind: 'killEngaged', level, by, reason, ...(scope === 'account' ? {} : { scope }) });
    const inTime = await Promise.race([written.then(() => true), pause(PATIENCE_MS).then(() => false)]);
    if (!inTime) withdraw(level, scope);
    if (level === 'sever') sever(`${by}: ${reason}`);
    await written;
    // Whoever wants to release it needs a statement that is newer.
    reconcile();
    return latchOf(books, scope) ?? books.kill;
  }

  /** A source of its own says that it holds, or that it does not any more; it is engaged as long as the books do not have it. */
  stand(source: StandingSource, level: KillLevel, reason: string): void {
    const { latch } = this.#parts;
    latch.stand(source, level);
    const { memory, journal } = latch.sources();
    if (level !== 'armed' && !atLeast(higher(memory, journal), level)) void this.engage(level, source, reason);
  }

  kill(): KillLatch {
    const { books, latch } = this.#parts;
    const level = latch.level();
    if (level === books.kill.level) return books.kill;
    return { level, latchId: books.kill.latchId, by: 'memory', reason: 'closed in memory, the journal does not have it yet', at: books.at };
  }

  killState(): KillState {
    const { books, latch } = this.#parts;
    const { level: _, ...partial } = this.kill();
    return {
      ...{ ...partial, level: latch.level() },
      phrase: books.kill.level === 'armed' ? undefined : phraseFor(books.kill),
      scopes: engagedLatches(books).map(([scope, one]) => ({ scope, ...one, phrase: phraseFor(one) })),
      sources: { ...latch.sources(), broker: books.lastStatement?.suspended === true ? 'halt' : 'armed' },
    };
  }

  async release(wish: ReleaseWish): Promise<KillLatch> {
    const scope = scopeOfLatch(this.#parts.books, wish.latchId) ?? 'account';
    const objection = (await this.#objectionInTime(wish)) ?? (await this.#brokerStaysClosed(scope));
    if (objection !== undefined) {
      const { latchId, by, note } = wish;
      this.#parts.inbox.tell({ kind: 'releaseDenied', latchId, by, note, reason: objection.message });
      throw new DeskRefusal(objection);
    }
    const { latchId, by, note } = wish;
    await this.durable({ kind: 'killReleased', by, note, latchId });
    const { books } = this.#parts;
    const left = latchOf(books, scope);
    if (left !== undefined)
      throw new DeskRefusal({ message: `a newer latch ${left.latchId} is engaged at ${left.level}`, hint: 'look at its reason first' });
    return books.kill;
  }

  /** What only a newer statement can say is waited for: it was asked for when the latch closed, and is once more. */
  async #objectionInTime(wish: ReleaseWish): Promise<Objection | undefined> {
    const { pause, reconcile } = this.#parts;
    let objection = objectionTo(wish, this.#circumstances());
    if (objection?.isForWantOfProof !== true) return objection;
    reconcile();
    for (let waitedMs = 0; objection?.isForWantOfProof === true && waitedMs < PROOF_WAIT_MS; waitedMs += PROOF_LOOK_MS) {
      await pause(PROOF_LOOK_MS);
      objection = objectionTo(wish, this.#circumstances());
    }
    return objection;
  }

  #circumstances(): Circumstances {
    const { books, now, coolDownMs, sentinelIsSet, leaseIsLost, health } = this.#parts;
    const journalFails = health().journal !== 'ok';
    return { books, now: now(), coolDownMs, sentinelIsSet: sentinelIsSet(), leaseIsLost: leaseIsLost(), journalFails };
  }

  /** What the guard or a daemon had suspended is lifted first: a release that the broker does not follow is none. */
  async #brokerStaysClosed(scope: KillScope): Promise<Objection | undefined> {
    const { books, unsuspend, latch } = this.#parts;
    const isSuspended = books.lastStatement?.suspended === true || latch.sources().guard !== 'armed';
    if (scope !== 'account' || !isSuspended || (await unsuspend())) return undefined;
    return { message: 'the broker has not confirmed that it takes orders again', hint: 'try again, or lift suspend_trade at the broker' };
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
