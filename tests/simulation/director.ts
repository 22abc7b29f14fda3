/** Carries the mishaps of a day out, and undoes each when its time is over. */
import type { ExchangeRequest } from '#server/exchange/requests.ts';
import type { ExchangeService } from '#server/exchange/wire/service.ts';
import { type DiskState, soundDisk } from './daemon/disk.ts';
import { type Host, type Process, wordsOf } from './daemon/host.ts';
import type { VirtualTime } from './machine/virtual-time.ts';
import { booksOf, type Operator } from './world/evidence.ts';
import type { Mishap } from './world/mishaps.ts';
import type { Weather } from './world/network.ts';

export interface Stage {
  readonly time: VirtualTime;
  readonly service: ExchangeService;
  readonly weather: Weather;
  readonly disk: DiskState;
  readonly main: Host;
  readonly second: Host;
  readonly operator: Operator;
  readonly fairLatencyMs: number;
  readonly note: (what: string) => void;
  readonly mark: (name: string) => void;
}

/** systemd starts it again after so long. */
export const RESTART_MS = 3_000;
const RELEASE_AGAIN_MS = 60_000;

export class Director {
  readonly #stage: Stage;
  /** No more mishaps: what still comes is passed over. */
  isOver = false;

  constructor(stage: Stage, mishaps: readonly Mishap[]) {
    this.#stage = stage;
    const { time } = stage;
    for (const mishap of mishaps) time.after(mishap.atMs, () => this.#strike(mishap), time.world);
  }

  /** Everything that is wrong is put right at once. */
  heal(): void {
    this.isOver = true;
    const { weather, disk, service, fairLatencyMs, main, second, time, mark } = this.#stage;
    Object.assign(weather, { latencyMs: fairLatencyMs, lossThere: 0, lossBack: 0, twice: 0, isCut: false, isRefused: false });
    Object.assign(disk, soundDisk());
    for (const { fault } of service.faults.plan.fired(0)) mark(`fault: ${fault}`);
    service.faults.clear();
    second.kill();
    for (const { process } of [main]) {
      if (process === undefined) continue;
      process.owner.pausedUntil = Math.min(process.owner.pausedUntil, time.now);
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
    const { main, time, disk } = this.#stage;
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
        Object.assign(disk, diskOf(mishap));
        this.#later(mishap.lastsMs, () => Object.assign(disk, soundDisk()));
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
      default:
        this.#outside(mishap);
    }
  }

  /** What other people do: the operator, somebody with the broker's page, the exchange. */
  #outside(mishap: Extract<Mishap, { kind: 'engage' | 'outsideOrder' | 'halt' }>): void {
    const { service } = this.#stage;
    const ask = (request: ExchangeRequest): void => service.driver.ask(request, () => undefined);
    switch (mishap.kind) {
      case 'engage':
        this.#engage(mishap);
        break;
      case 'outsideOrder': {
        const { symbol, side, qty } = mishap;
        const timeInForce = symbol.includes('/') ? 'gtc' : 'day';
        ask({ kind: 'submitOrder', order: { symbol, side, qty, type: 'market', timeInForce, clientOrderId: `by-hand-${mishap.nth}` } });
        break;
      }
      case 'halt':
        ask({ kind: 'setHalt', symbol: mishap.symbol, halted: true });
        this.#later(mishap.lastsMs, () => ask({ kind: 'setHalt', symbol: mishap.symbol, halted: false }));
        break;
      default:
        mishap satisfies never;
    }
  }

  #mend(): void {
    const { weather, main, second } = this.#stage;
    weather.isCut = false;
    for (const { process } of [main, second]) process?.network.healed();
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

  #engage({ level, releaseAfterMs }: Extract<Mishap, { kind: 'engage' }>): void {
    const { main, time, operator } = this.#stage;
    const { process } = main;
    const desk = process?.daemon?.desk;
    if (process === undefined || desk === undefined) return;
    time.after(
      0,
      () => {
        operator.closed(process.owner, level);
        void desk.engage(level, 'operator', 'because');
      },
      process.owner,
    );
    this.#later(releaseAfterMs, () => this.#release());
  }

  #release(): void {
    const { main, time, operator, note } = this.#stage;
    const { process } = main;
    const desk = process?.daemon?.desk;
    const again = (): void => this.#later(RELEASE_AGAIN_MS, () => this.#release());
    if (process === undefined || desk === undefined) {
      again();
      return;
    }
    time.after(
      0,
      () => {
        if (desk.kill().level === 'armed') return;
        // What the release lets leave, leaves once it is in the books: never before.
        desk.release(desk.kill().latchId, 'operator', 'all is well').then(
          () => undefined,
          (error: unknown) => {
            note(`not released: ${wordsOf(error)}`);
            again();
          },
        );
        operator.released(process.owner);
      },
      process.owner,
    );
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
