/** The demo's exchange: recorded bars from a folder, played in a loop faster than the wall, behind the wire. */

import { dateText } from '../../domain/civil-day.ts';
import { parseMoney } from '../../domain/money.ts';
import { newYorkDay } from '../../domain/new-york.ts';
import type { Instant } from '../../domain/time.ts';
import { createExchange } from '../exchange.ts';
import type { Tape } from '../tape.ts';
import { loadTape } from './load-tape.ts';
import { createMarketClock } from './market-clock.ts';
import { startExchangeServer } from './server.ts';

export interface DemoExchangeOptions {
  /** Folder with `manifest.json` and the bar files it names. */
  readonly barsFolder: string;
  readonly stateFolder?: string;
  /** Market seconds a wall second; default 60. */
  readonly speed?: number;
  readonly seed?: number;
  /** Dollars, as a decimal; default "100000". */
  readonly cash?: string;
  /** Jump over nights; default true. */
  readonly skipIdle?: boolean;
  /** Begin again after the last bar; default true. */
  readonly loop?: boolean;
  /** Default: any free port. */
  readonly port?: number;
  readonly keyId: string;
  readonly secretKey: string;
  /** Default: all symbols of the manifest. */
  readonly symbols?: readonly string[];
}

export interface DemoExchange {
  readonly url: string;
  readonly wsUrl: string;
  /** Setting `speed` takes effect at once; 0 pauses. */
  readonly market: { now(): Instant; speed: number };
  close(): Promise<void>;
}

export async function startDemoExchange(options: DemoExchangeOptions): Promise<DemoExchange> {
  const {
    barsFolder,
    stateFolder,
    speed = 60,
    seed = 1,
    cash = '100000',
    skipIdle = true,
    loop = true,
    port,
    keyId,
    secretKey,
    symbols,
  } = options;
  const tape = loadTape({ folder: barsFolder, ...(symbols ? { symbols } : {}) });
  const exchange = createExchange({ tape, settings: { seed, cash: parseMoney(cash), loop } });
  const clock = createMarketClock({ startsAt: exchange.startsAt, speed, wall: () => performance.now() });
  const server = await startExchangeServer({
    exchange,
    clock,
    skipIdle,
    requestsPerMinute: 0,
    keys: { keyId, secretKey },
    ...(port === undefined ? {} : { port }),
    ...(stateFolder === undefined ? {} : { stateFolder, stateIdentity: identityOf(tape, seed, cash, loop) }),
  });
  const market = {
    now: clock.now,
    get speed() {
      return clock.speed();
    },
    set speed(factor: number) {
      clock.setSpeed(factor);
    },
  };
  return { url: server.url, wsUrl: server.wsUrl, market, close: server.close };
}

/** What must be the same for a state to go on. */
function identityOf(tape: Tape, seed: number, cash: string, loop: boolean): string {
  const symbols = tape.assets.all.map((asset) => asset.instrument.symbol).join(' ');
  const days = `${dateText(newYorkDay(tape.firstAt))}..${dateText(newYorkDay(tape.lastAt))}`;
  return `${symbols} ${days} ${tape.minutes.length} minutes, seed ${seed}, cash ${cash}${loop ? ', looped' : ''}`;
}
