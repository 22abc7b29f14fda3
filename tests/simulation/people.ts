/** What people do to the daemon, its account and its market: the operator, somebody with the broker's page, the exchange. */
import type { EngagedLevel } from '#server/domain/kill.ts';
import type { ExchangeRequest } from '#server/exchange/requests.ts';
import { phraseFor } from '#server/runtime/release-ceremony.ts';
import { wordsOf } from './daemon/host.ts';
import type { Stage } from './director.ts';
import type { Mishap } from './world/mishaps.ts';

const RELEASE_AGAIN_MS = 60_000;
/** The operator looks at the daemon so often, and opens a latch that has been closed for longer than anybody meant it to be. */
const LOOKS_EVERY_MS = 5 * 60_000;
const LONGEST_HALT_MS = 22 * 60_000;

export class People {
  readonly #stage: Stage;
  /** After so many milliseconds, unless everything was put right meanwhile. */
  readonly #later: (ms: number, deed: () => void) => void;

  constructor(stage: Stage, later: (ms: number, deed: () => void) => void) {
    this.#stage = stage;
    this.#later = later;
  }

  /** A day that stands still from the morning on proves little: what closed by itself, or was released too early, is opened at last. */
  tend(closedForMs = 0): void {
    const level = this.#stage.main.process?.daemon?.desk?.kill().level ?? 'armed';
    const isLong = level !== 'armed' && closedForMs >= LONGEST_HALT_MS;
    if (isLong) this.#release();
    this.#later(LOOKS_EVERY_MS, () => this.tend(level === 'armed' || isLong ? 0 : closedForMs + LOOKS_EVERY_MS));
  }

  act(mishap: Extract<Mishap, { kind: 'engage' | 'engageTwice' | 'outsideOrder' | 'restingOrder' | 'transfer' | 'halt' }>): void {
    const { service } = this.#stage;
    const ask = (request: ExchangeRequest): void => service.driver.ask(request, () => undefined);
    switch (mishap.kind) {
      case 'engage':
        this.engage(mishap);
        break;
      case 'engageTwice':
        this.engage({ level: mishap.first, releaseAfterMs: mishap.releaseAfterMs });
        this.#later(mishap.releaseAfterMs / 2, () => this.#press(mishap.second));
        break;
      case 'restingOrder': {
        const { symbol, qty } = mishap;
        // One that does not fill, and of a kind that does not keep the daemon from selling.
        const order = { symbol, qty, side: 'buy', type: 'trailing_stop', trailPercent: '40', timeInForce: 'gtc' };
        ask({ kind: 'submitOrder', order: { ...order, clientOrderId: `by-hand-${mishap.nth}` } });
        break;
      }
      case 'transfer': {
        const { symbol, qty, price } = mishap;
        ask({ kind: 'transferPosition', symbol, qty, price });
        // The daemon halts by itself when it finds it.
        this.#later(mishap.releaseAfterMs, () => this.#release());
        break;
      }
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

  engage({ level, releaseAfterMs }: { level: EngagedLevel; releaseAfterMs: number }): void {
    this.#press(level);
    this.#later(releaseAfterMs, () => this.#release());
  }

  #press(level: EngagedLevel): void {
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
        const kill = desk.kill();
        if (kill.level === 'armed') return;
        // What the release lets leave, leaves once it is in the books: never before.
        desk.release({ latchId: kill.latchId, by: 'operator', note: 'all is well', phrase: phraseFor(kill) }).then(
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
