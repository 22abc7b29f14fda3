/** Carries the mishaps of a day out, and undoes each when its time is over. */
import type { ExchangeService } from '#server/exchange/wire/service.ts';
import type { Ambush } from './ambush.ts';
import { type DiskState, soundDisk } from './daemon/disk.ts';
import type { Host, Process } from './daemon/host.ts';
import type { VirtualTime } from './machine/virtual-time.ts';
import { People } from './people.ts';
import { booksOf, type Operator } from './world/evidence.ts';
import type { Mishap } from './world/mishaps.ts';
import type { Weather } from './world/network.ts';

export interface Stage {
  readonly time: VirtualTime;
  readonly service: ExchangeService;
  readonly weather: Weather;
  readonly disk: DiskState;
  readonly ambush: Ambush;
  readonly main: Host;
  readonly second: Host;
  readonly operator: Operator;
  readonly fairLatencyMs: number;
  readonly note: (what: string) => void;
  readonly mark: (name: string) => void;
}

/** systemd starts it again after so long. */
export const RESTART_MS = 3_000;
/** A write during which something happens. */
const SLOW_WRITE_MS = 2_000;
/** A database that hangs: longer than an order waits for its turn. */
const HANGING_WRITE_MS = 60_000;

export class Director {
  readonly #stage: Stage;
  readonly #people: People;
  /** No more mishaps: what still comes is passed over. */
  isOver = false;

  constructor(stage: Stage, mishaps: readonly Mishap[]) {
    this.#stage = stage;
    this.#people = new People(stage, (ms, deed) => this.#later(ms, deed));
    const { time } = stage;
    this.#people.tend();
    for (const mishap of mishaps) time.after(mishap.atMs, () => this.#strike(mishap), time.world);
  }

  /** Everything that is wrong is put right at once. */
  heal(): void {
    this.isOver = true;
    const { weather, disk, ambush, service, fairLatencyMs, main, second, time, mark } = this.#stage;
    ambush.disarm();
    Object.assign(weather, { latencyMs: fairLatencyMs, lossThere: 0, lossBack: 0, twice: 0, isCut: false, isRefused: false });
    Object.assign(disk, soundDisk());
    for (const { fault } of service.faults.plan.fired(0)) mark(`fault: ${fault}`);
    service.faults.clear();
    second.kill();
    for (const { process } of [main]) {
      if (process === undefined) continue;
      time.wake(process.owner);
      process.owner.clockOffsetMs = 0;
      process.network.healed();
    }
    main.start();
  }

  #later(ms: number, deed: () => void): void {
    const { time } = this.#stage;
    time.after(
      ms,
      () => {
        if (!this.isOver) deed();
      },
      time.world,
    );
  }

  #strike(mishap: Mishap): void {
    if (this.isOver) return;
    const { note, weather, service, fairLatencyMs } = this.#stage;
    note(`mishap ${mishap.nth} ${mishap.kind}`);
    switch (mishap.kind) {
      case 'fault': {
        const { id } = service.faults.plan.arm(mishap.rule);
        this.#later(mishap.lastsMs, () => service.faults.plan.disarm(id));
        break;
      }
      case 'loss':
        Object.assign(weather, { lossThere: mishap.there, lossBack: mishap.back });
        this.#later(mishap.lastsMs, () => Object.assign(weather, { lossThere: 0, lossBack: 0 }));
        break;
      case 'twice':
        weather.twice = mishap.probability;
        this.#later(mishap.lastsMs, () => Object.assign(weather, { twice: 0 }));
        break;
      case 'slow':
        weather.latencyMs = mishap.latencyMs;
        this.#later(mishap.lastsMs, () => Object.assign(weather, { latencyMs: fairLatencyMs }));
        break;
      case 'cut':
        weather.isCut = true;
        this.#later(mishap.lastsMs, () => this.#mend());
        break;
      case 'refused':
        weather.isRefused = true;
        this.#later(mishap.lastsMs, () => Object.assign(weather, { isRefused: false }));
        break;
      case 'dropStreams':
        service.streams.drop(undefined);
        break;
      default:
        this.#befall(mishap);
    }
  }

  /** What befalls the machine that the daemon runs on, and its process. */
  #befall(mishap: Exclude<Mishap, { kind: 'fault' | 'loss' | 'twice' | 'slow' | 'cut' | 'refused' | 'dropStreams' }>): void {
    const { main, time } = this.#stage;
    switch (mishap.kind) {
      case 'clockStep':
        this.#withProcess((process) => {
          process.owner.clockOffsetMs = mishap.ms;
          this.#later(mishap.lastsMs, () => Object.assign(process.owner, { clockOffsetMs: 0 }));
        });
        break;
      case 'pause':
        this.#withProcess(({ owner }) => Object.assign(owner, { pausedUntil: time.now + mishap.lastsMs }));
        break;
      case 'disk':
        this.#fail(diskOf(mishap), mishap.lastsMs);
        break;
      case 'restart':
        main.stop('SIGTERM', mishap.cancelOrders);
        break;
      case 'kill':
        this.#kill(mishap.downMs, mishap.again);
        break;
      case 'secondDaemon':
        this.#replace(mishap.lastsMs);
        break;
      case 'blindStart':
        this.#startBlind(mishap);
        break;
      case 'ambush':
        this.#ambush(mishap);
        break;
      default:
        this.#people.act(mishap);
    }
  }

  #mend(): void {
    const { weather, main, second } = this.#stage;
    weather.isCut = false;
    for (const { process } of [main, second]) process?.network.healed();
  }

  #fail(how: Partial<DiskState>, lastsMs: number): void {
    const { disk } = this.#stage;
    Object.assign(disk, how);
    this.#later(lastsMs, () => Object.assign(disk, soundDisk()));
  }

  #withProcess(deed: (process: Process) => void): void {
    const { process } = this.#stage.main;
    if (process !== undefined) deed(process);
  }

  #kill(downMs: number, again: number): void {
    const { main } = this.#stage;
    this.#markKill(main.process);
    main.kill();
    this.#later(downMs, () => {
      main.start();
      // Killed again while it recovers.
      if (again > 0) this.#later(downMs / 50, () => this.#kill(downMs, again - 1));
    });
  }

  #markKill(process: Process | undefined): void {
    if (process === undefined) return;
    const { mark } = this.#stage;
    if (!process.isOpen) mark('the process was killed while it started');
    for (const { openOrders } of booksOf(process)?.markets.values() ?? []) {
      for (const { status } of openOrders) {
        if (status === 'submitting') mark('the process was killed with an order under way');
        if (status === 'unknown') mark('the process was killed with an order unknown');
      }
    }
  }

  /** The first one hangs so long that its place is given to another on the same journal; then it goes on. */
  #replace(lastsMs: number): void {
    const { main, second, time } = this.#stage;
    if (main.process === undefined) return;
    main.process.owner.pausedUntil = time.now + lastsMs;
    second.start();
    this.#later(lastsMs * 2, () => second.kill());
  }

  /** The first statements of a new process do not come: the positions can not be read. */
  #startBlind({ downMs, lastsMs }: Extract<Mishap, { kind: 'blindStart' }>): void {
    const { faults } = this.#stage.service;
    const { id } = faults.plan.arm({ fault: 'serverErrorBefore', path: '/v2/positions', probability: 1, skip: 0 });
    this.#later(downMs + lastsMs, () => faults.plan.disarm(id));
    this.#kill(downMs, 0);
  }

  #ambush(mishap: Extract<Mishap, { kind: 'ambush' }>): void {
    const { ambush, mark } = this.#stage;
    ambush.lay(mishap.moment, () => {
      mark(`ambush: ${mishap.moment}, ${mishap.deed}`);
      if (mishap.deed === 'kill') this.#kill(mishap.downMs, 0);
      else if (mishap.deed === 'fillDisk') this.#fail({ isFull: true }, mishap.lastsMs);
      else {
        if (mishap.moment !== 'written') ambush.prolong(mishap.moment === 'waiting' ? HANGING_WRITE_MS : SLOW_WRITE_MS);
        this.#people.engage(mishap);
      }
    });
  }
}

const SLOWEST_WRITE_MS = 8_000;

function diskOf({ what, size }: Extract<Mishap, { kind: 'disk' }>): Partial<DiskState> {
  switch (what) {
    case 'full':
      return { isFull: true };
    case 'refuses':
      return { refuses: size };
    case 'lies':
      return { lies: size };
    case 'slow':
      return { slowMs: size * SLOWEST_WRITE_MS };
    default:
      return what satisfies never;
  }
}
