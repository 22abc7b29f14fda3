/** The running daemon: recovered books, the loop around them, the world connected to it; and how it ends. */
import type { Books } from '#server/domain/books.ts';
import { atLeast, type EngagedLevel, mayChange } from '#server/domain/kill.ts';
import { concerns, type KillScope } from '#server/domain/kill-scope.ts';
import { isFinal, type Order } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
import { DAY_MS, type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import type { Command, Entry } from '#server/engine/command.ts';
import { ControlDesk } from './control-desk.ts';
import type { Health, StreamHealth, Vitals } from './desk.ts';
import { Inbox } from './inbox.ts';
import { Latch } from './latch.ts';
import { type LoopParts, run } from './loop.ts';
import { LoopLag } from './loop-lag.ts';
import type { Log } from './ports.ts';
import type { AnchorReason } from './records.ts';
import { type ReadPlan, recover, takeSnapshot } from './recover.ts';
import type { Connections, World } from './world.ts';

export interface DaemonOptions {
  readonly world: World;
  readonly plan: Plan;
  /** The plan as canonical text: what a later start compares with. */
  readonly planText: string;
  /** Plans of earlier lives, as the journal has them. */
  readonly readPlan: ReadPlan;
  readonly mode: string;
  readonly version: string;
  readonly config: () => unknown;
  readonly sentinelIsSet: () => boolean;
  /** Milliseconds of market time that a latch must be old before it may be released. */
  readonly coolDownMs: number;
  /** Wall-clock milliseconds between two comparisons with the broker's statement. */
  readonly reconcileEveryMs: number;
  /** Wall-clock milliseconds between two ticks: a second by default. */
  readonly tickEveryMs?: number;
  /** The longest wait of a timer since it was asked last; by default only the ticks' own lateness counts. */
  readonly longestDelayMs?: () => number;
  /** Entries after which a new snapshot is worth its cost. */
  readonly snapshotAfterEntries?: number;
  readonly log: Log;
}

const TICK_MS = 1_000;
const SNAPSHOT_AFTER_ENTRIES = 2_000;
/** Fills this much older than what is proven are asked for again; those that we have are recognised by their id. */
const FILLS_OVERLAP_MS = 10 * MINUTE_MS;
const FAULT_WAIT_MS = 5_000;
/** The loop owes a turn for what waits; longer than this it hangs, most likely in the database. */
const STUCK_MS = 3_000;

/** Days since the epoch, UTC. */
const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const cancelsOf = (orders: readonly Order[]): (Command & { kind: 'cancel' })[] =>
  orders.filter(({ status }) => !isFinal(status)).map(({ id, brokerId }) => ({ kind: 'cancel', order: id, brokerId }));

export class Daemon {
  readonly desk: ControlDesk;
  readonly #options: DaemonOptions;
  readonly #books: Books;
  readonly #inbox: Inbox;
  readonly #latch: Latch;
  readonly #connections: Connections;
  readonly #startedAtMs = Date.now();
  readonly #lag: LoopLag;
  #timer: NodeJS.Timeout | undefined;
  #lastTurnMs = performance.now();
  /** When the loop last woke up, and when the broker's word last bore the books out. */
  #turnedMs = performance.now();
  #provenMs = performance.now();
  #durableSeq: number;
  #day: number;
  #snapshotSeq: number;
  #reconciledMs = 0;
  #leaseIsLost = false;
  readonly #severed = Promise.withResolvers<string>();
  /** Resolves with the reason when the level `sever` was engaged in this life and nothing can leave any more: the process is to end. */
  readonly severed = this.#severed.promise;
  /** Told before the broker is asked to take orders again: what else could suspend them anew. */
  onUnsuspend: () => void = () => undefined;
  /** Rejects when a step failed: a defect in the engine. */
  readonly loop: Promise<void>;

  private constructor(options: DaemonOptions, books: Books) {
    this.#options = options;
    this.#books = books;
    this.#durableSeq = books.seq;
    this.#day = dayOf(books.at);
    this.#snapshotSeq = books.seq;
    const { world, plan, log, mode, version, config, sentinelIsSet, coolDownMs } = options;
    this.#inbox = new Inbox(world.clock);
    this.#latch = new Latch(books);
    this.#lag = new LoopLag(plan.limits.maxLoopLagMs, options.longestDelayMs ?? (() => 0));
    this.desk = new ControlDesk({
      ...{ mode, version, books, config, sentinelIsSet, coolDownMs, limits: plan.limits },
      inbox: this.#inbox,
      latch: this.#latch,
      health: () => this.#health(),
      leaseIsLost: () => this.#leaseIsLost,
      now: () => world.clock.now(),
      withdraw: (level, scope) => this.#withdraw(level, scope),
      reconcile: () => this.#connections.broker.reconcile(),
      unsuspend: () => this.#unsuspend(),
      sever: (reason) => void this.#sever(reason),
      pause: wait,
    });
    this.#connections = world.connect({
      tell: this.#inbox.tell,
      gate: this.#latch,
      lastBarEnd: (symbol) => books.markets.get(symbol)?.lastBarEndsAt || undefined,
      fillsSince: books.day === undefined ? undefined : plus(books.fillsProvenUntil, -FILLS_OVERLAP_MS),
      resumedAt: books.at,
    });
    const parts: LoopParts = {
      ...{ books, plan, log },
      inbox: this.#inbox,
      latch: this.#latch,
      journal: world.archive.journal,
      broker: this.#connections.broker,
      pause: wait,
      turned: () => {
        this.#turnedMs = performance.now();
      },
      published: (entry) => this.#published(entry),
    };
    this.#inbox.tell({ kind: 'started', version, plan: options.planText });
    this.loop = run(parts);
  }

  /** Recovers the books and starts the loop; nothing of the outside world is connected yet. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const { world, plan, planText, readPlan, log } = options;
    const { books, ...how } = await recover(world.archive, plan, planText, readPlan);
    log.info({ run: books.run, seq: books.seq, ...how, killLevel: books.kill.level }, 'books recovered');
    const daemon = new Daemon(options, books);
    const { startsHalted } = options.world;
    // In memory before anything of the outside is connected; what stands higher already stays there.
    if (startsHalted !== undefined && !atLeast(daemon.desk.kill().level, 'halt')) void daemon.desk.engage('halt', 'start', startsHalted);
    await daemon.#anchor('start');
    options.world.onLeaseLost((reason) => {
      daemon.#leaseIsLost = true;
      void daemon.desk.engage('halt', 'lease', reason);
    });
    return daemon;
  }

  /** Connects the streams and begins to ask the broker. Fails when the broker does not have what the plan trades. */
  async open(): Promise<void> {
    await this.#connections.start();
    const { tickEveryMs = TICK_MS } = this.#options;
    this.#timer = setInterval(() => this.#tick(tickEveryMs), tickEveryMs);
  }

  #tick(passedMs: number): void {
    const lagMs = this.#lag.look(performance.now(), passedMs);
    if (lagMs !== undefined) this.#inbox.tell({ kind: 'loopLag', lagMs });
    this.#inbox.tell({ kind: 'tick' });
    this.#reconciledMs += passedMs;
    if (this.#reconciledMs >= this.#options.reconcileEveryMs) {
      this.#reconciledMs = 0;
      this.#connections.broker.reconcile();
    }
    const { snapshotAfterEntries = SNAPSHOT_AFTER_ENTRIES } = this.#options;
    if (this.#durableSeq - this.#snapshotSeq >= snapshotAfterEntries) void this.#snapshot();
  }

  /** Only between turns: the books may not be ahead of the journal. */
  async #snapshot(): Promise<void> {
    if (this.#books.seq !== this.#durableSeq || this.#books.seq === this.#snapshotSeq) return;
    const snapshot = takeSnapshot(this.#books, this.#options.planText);
    this.#snapshotSeq = snapshot.seq;
    try {
      await this.#options.world.archive.saveSnapshot(snapshot);
      await this.#anchor('snapshot');
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'snapshot not saved, the next start reads more of the journal');
    }
  }

  /** Where the journal ends is noted outside of the database, and in the log: what is cut off later is missed. */
  async #anchor(why: AnchorReason): Promise<void> {
    const { archive } = this.#options.world;
    try {
      this.#options.log.info({ run: archive.run, ...(await archive.anchor(why)), why }, 'journal anchored');
    } catch (error) {
      this.#options.log.warn({ error: String(error), why }, 'journal not anchored; its end is not guarded until the next anchor');
    }
  }

  #published(entry: Entry): void {
    this.#durableSeq = entry.seq;
    const isNewDay = dayOf(entry.at) > this.#day;
    this.#day = Math.max(this.#day, dayOf(entry.at));
    // And when the broker's word at the end of a session was put on record.
    if (isNewDay || entry.commands.some(({ kind }) => kind === 'certify')) void this.#anchor('day');
    this.#lastTurnMs = performance.now();
    if (entry.event.kind === 'statement' && this.#books.reconciled) this.#provenMs = performance.now();
    this.desk.published(entry);
  }

  /** What a guard goes by: whether the work goes on, not whether the process lives. */
  vitals(): Vitals {
    const now = performance.now();
    return { level: this.#latch.level(), turnAgeMs: Math.round(now - this.#turnedMs), reconcileAgeMs: Math.round(now - this.#provenMs) };
  }

  #health(): Health {
    const { lostFeeds, reconciled } = this.#books;
    const streams = this.#options.world.feeds.map((name): StreamHealth => ({ name, state: lostFeeds.has(name) ? 'lost' : 'live' }));
    const journal = this.#latch.journalIsFailing ? 'failing' : 'ok';
    const loopIdleMs = Math.round(performance.now() - this.#lastTurnMs);
    const isStuck = this.#inbox.length > 0 && loopIdleMs > STUCK_MS;
    const works = reconciled && journal === 'ok' && lostFeeds.size === 0 && !isStuck;
    const working = works ? 'ok' : 'degraded';
    return {
      status: this.#latch.level() === 'armed' ? working : 'halted',
      startedAtMs: this.#startedAtMs,
      loopIdleMs,
      journal,
      reconciled,
      streams,
    };
  }

  /** Something broke in this process: the latch closes, it is journalled, opening orders are cancelled. */
  async fault(where: string, reason: string): Promise<void> {
    this.#latch.raise('cancelOpening', 'account');
    const told = this.desk.durable({ kind: 'fault', where, reason });
    await Promise.race([told, this.loop.catch(() => this.#faultWithoutLoop(where, reason)), wait(FAULT_WAIT_MS)]);
    await this.#connections.broker.drain(FAULT_WAIT_MS);
  }

  /** The loop itself is gone: the entry is written, and the cancels are given, by hand. */
  async #faultWithoutLoop(where: string, reason: string): Promise<void> {
    const commands = this.#openingCancels();
    for (const command of commands) this.#connections.broker.perform(command);
    const event = { kind: 'fault', where, reason, byHand: true } as const;
    const entry = { seq: this.#durableSeq + 1, at: this.#books.at, event, signals: [], decisions: [], commands };
    try {
      const { journal } = this.#options.world.archive;
      await journal.append([entry]);
      await journal.record([entry], []);
    } catch (error) {
      this.#options.log.error({ error: String(error) }, 'fault not journalled; opening orders were cancelled all the same');
    }
  }

  /** The guard first: a job of its own that still tries to suspend would undo it. */
  async #unsuspend(): Promise<boolean> {
    this.onUnsuspend();
    return await this.#connections.suspend(false);
  }

  /** The broker's own latch is the last that is asked for; whether it confirms or not, the connections are cut then. */
  async #sever(reason: string): Promise<void> {
    const isSuspended = await this.#connections.suspend(true);
    this.#connections.sever();
    this.#options.log.error({ reason, isSuspended }, 'severed: nothing leaves this process any more, and it ends');
    this.#severed.resolve(reason);
  }

  #openingCancels(): (Command & { kind: 'cancel' })[] {
    return cancelsOf([...this.#books.orders.values()].filter(({ purpose }) => purpose === 'open'));
  }

  /** Past the journal, which does not answer: cancels need no place in it, and the engine gives them again in its turn. */
  #withdraw(level: EngagedLevel, scope: KillScope): void {
    if (!atLeast(level, 'cancelOpening') || !mayChange(level)) return;
    const { broker } = this.#connections;
    const all = atLeast(level, 'cancelAll');
    if (all && scope === 'account') {
      broker.perform({ kind: 'cancelEverything' });
      return;
    }
    const concerned = [...this.#books.orders.values()].filter((order) => (all || order.purpose === 'open') && concerns(scope, order));
    for (const command of cancelsOf(concerned)) broker.perform(command);
  }

  /** Ends in order: nothing new comes in, what waits is stepped and journalled, requests under way finish, a snapshot is left. */
  async stop(reason: string, options: { cancelOrders: boolean; drainMs: number }): Promise<void> {
    clearInterval(this.#timer);
    await this.#connections.stopBars();
    await Promise.race([this.desk.durable({ kind: 'stopping', reason, cancelOrders: options.cancelOrders }), wait(options.drainMs)]);
    await this.#connections.broker.drain(options.drainMs);
    await this.#connections.stop();
    this.#inbox.close();
    await Promise.race([this.loop, wait(options.drainMs)]);
    await this.#snapshot();
    await this.#anchor('stop');
  }
}
