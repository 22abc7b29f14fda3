/**
 * A machine with one daemon's process on it: the real engine, runtime, adapter, SDK and store, started as main.ts does. The process
 * can be killed at any event, stopped, and started anew; its file survives with what was committed.
 */
import { accountNumberOf } from '#server/adapters/alpaca/account.ts';
import { createClient } from '#server/adapters/alpaca/client.ts';
import { marketClock, wallClock } from '#server/adapters/alpaca/clock.ts';
import { connectAlpaca } from '#server/adapters/alpaca/connections.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import type { Anchor, AnchorBook } from '#server/adapters/store/anchors.ts';
import type { Driver } from '#server/adapters/store/driver.ts';
import { archiveOf } from '#server/adapters/store/open.ts';
import { openSqlite } from '#server/adapters/store/sqlite.ts';
import type { Instant } from '#server/domain/time.ts';
import { Daemon } from '#server/runtime/daemon.ts';
import type { Log } from '#server/runtime/ports.ts';
import type { Archive } from '#server/runtime/records.ts';
import type { World } from '#server/runtime/world.ts';
import { newOwner, type Owner, type VirtualTime } from '../machine/virtual-time.ts';
import { Network, type NetworkParts } from '../world/network.ts';
import { type DayPlan, WARM_UP } from '../world/plan.ts';
import type { DaySettings } from '../world/settings.ts';
import { type DiskParts, failingDriver } from './disk.ts';

export const KEYS = { keyId: 'simulated-key', secretKey: 'a-secret-that-nobody-writes-down' } as const;

export interface HostParts {
  readonly time: VirtualTime;
  readonly settings: DaySettings;
  readonly plan: DayPlan;
  readonly file: string;
  readonly network: NetworkParts;
  readonly disk: Omit<DiskParts, 'pause' | 'isAlive'>;
  readonly log: (owner: Owner, level: keyof Log, message: string, facts: object) => void;
  /** The process ended by itself: after a fault, or because it could not start. */
  readonly onExit: (host: Host, reason: string) => void;
  readonly onRecovered: (process: Process) => void;
}

export interface Process {
  readonly owner: Owner;
  readonly network: Network;
  readonly startedAt: number;
  driver: Driver | undefined;
  archive: Archive | undefined;
  daemon: Daemon | undefined;
  /** It is connected and works. */
  isOpen: boolean;
  isStopping: boolean;
}

/** How long main.ts gives an orderly stop. */
const DRAIN_MS = 5_000;

export class Host {
  /** Another file than the database's: it outlives every process. */
  readonly #anchorList: Anchor[] = [];
  readonly #anchors: AnchorBook = {
    write: (anchor) => void this.#anchorList.push(anchor),
    of: (run) => this.#anchorList.filter((anchor) => anchor.run === run),
  };
  readonly name: string;
  readonly #parts: HostParts;
  process: Process | undefined;
  starts = 0;

  constructor(name: string, parts: HostParts) {
    this.name = name;
    this.#parts = parts;
  }

  start(): void {
    if (this.process !== undefined) return;
    const { time } = this.#parts;
    const owner = newOwner(`${this.name}${++this.starts}`);
    const process: Process = {
      owner,
      network: new Network(this.#parts.network, owner),
      startedAt: time.now,
      driver: undefined,
      archive: undefined,
      daemon: undefined,
      isOpen: false,
      isStopping: false,
    };
    this.process = process;
    time.after(0, () => void this.#boot(process).catch((error: unknown) => this.#exit(process, wordsOf(error))), owner);
  }

  /** kill -9: nothing of the process runs any more. */
  kill(): void {
    const { process } = this;
    if (process === undefined) return;
    this.process = undefined;
    process.owner.isAlive = false;
    process.network.vanish();
    void process.driver?.close();
  }

  /** SIGTERM. */
  stop(reason: string, cancelOrders: boolean): void {
    const { process } = this;
    if (process?.daemon === undefined || process.isStopping) return;
    process.isStopping = true;
    const { daemon } = process;
    const stop = (): void => {
      daemon.stop(reason, { cancelOrders, drainMs: DRAIN_MS }).then(
        () => this.#exit(process, reason),
        (error: unknown) => this.#exit(process, wordsOf(error)),
      );
    };
    this.#parts.time.after(0, stop, process.owner);
  }

  #exit(process: Process, reason: string): void {
    if (this.process !== process) return;
    this.kill();
    this.#parts.onExit(this, reason);
  }

  async #boot(process: Process): Promise<void> {
    const { settings, plan, onRecovered, network } = this.#parts;
    const log = this.#logOf(process.owner);
    const client = createClient({
      origins: demoOrigins(network.origin),
      ...KEYS,
      log,
      transport: process.network.transport,
      pingEveryMs: settings.pingEveryMs,
    });
    const clock = (settings.brokersClock ? marketClock : wallClock)({ client, log, resyncEveryMs: RESYNC_EVERY_MS });
    const [account] = await Promise.all([accountNumberOf(client, log), clock.start()]);
    const archive = await this.#openArchive(process, account);
    const side = { client, clock, log, symbols: plan.symbols, warmUp: () => WARM_UP, stockFeed: 'iex' as const };
    const world: World = {
      clock,
      archive,
      feeds: ['tradeUpdates'],
      connect: (options) => connectAlpaca({ ...side, staleAfterMs: STALE_AFTER_MS, lookEveryMs: LOOK_EVERY_MS }, options),
      startsHalted: undefined,
      onLeaseLost: () => undefined,
      close: async () => undefined,
    };
    const { tickEveryMs, reconcileEveryMs, snapshotAfterEntries } = settings;
    const daemon = await Daemon.start({
      ...{
        world,
        plan: plan.plan,
        planText: plan.planText,
        readPlan: () => plan.plan,
        log,
        tickEveryMs,
        reconcileEveryMs,
        snapshotAfterEntries,
      },
      mode: 'simulated',
      version: '0.0.0',
      config: () => undefined,
      sentinelIsSet: () => false,
      coolDownMs: COOL_DOWN_MS,
    });
    process.daemon = daemon;
    daemon.loop.catch((error: unknown) => this.#fault(process, daemon, 'loop', wordsOf(error)));
    onRecovered(process);
    await daemon.open();
    process.isOpen = true;
  }

  async #openArchive(process: Process, account: string): Promise<Archive> {
    const { disk, file, time } = this.#parts;
    const pause = (ms: number): Promise<void> => new Promise((resolve) => time.after(ms, resolve, process.owner));
    process.driver = failingDriver(openSqlite(file).driver, { ...disk, pause, isAlive: () => process.owner.isAlive });
    const options = { mode: 'simulated', account, nowMs: Date.now() as Instant };
    process.archive = await archiveOf(process.driver, options, this.#anchors);
    return process.archive;
  }

  /** As main.ts does it: journalled, opening orders cancelled, and out. */
  #fault(process: Process, daemon: Daemon, where: string, reason: string): void {
    daemon.fault(where, reason).then(
      () => this.#exit(process, `${where}: ${reason}`),
      () => this.#exit(process, `${where}: ${reason}`),
    );
  }

  #logOf(owner: Owner): Log {
    const { log } = this.#parts;
    const at = (level: keyof Log) => (facts: object, message: string) => log(owner, level, message, facts);
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}

const COOL_DOWN_MS = 10_000;
const RESYNC_EVERY_MS = 15 * 60_000;
const LOOK_EVERY_MS = 300_000;
/** A pair that is quiet for most of the day is no dead stream. */
const STALE_AFTER_MS = 60 * 60_000;

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
