/** The exchange behind its wire, driven by hand, and the real SDK pointed at it. */
import { Alpaca } from '@alpacahq/alpaca-trade-api';
import { createExchange } from '#server/exchange/exchange.ts';
import type { ExchangeSettings } from '#server/exchange/settings.ts';
import { makeTape, type Series, type Tape } from '#server/exchange/tape.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { type ExchangeServer, type ExchangeServerOptions, startExchangeServer } from '#server/exchange/wire/server.ts';
import { createManualWall, type ManualWall } from '#server/exchange/wire/wall.ts';

export const KEYS = { keyId: 'test-key', secretKey: 'test-secret' };

export interface Wired {
  readonly server: ExchangeServer;
  readonly clock: ReturnType<typeof createManualClock>;
  /** Passes only when it is told to. */
  readonly wall: ManualWall;
  /** How long somebody began to wait for, each time. */
  readonly waits: ReturnType<typeof inbox<number>>;
  readonly alpaca: Alpaca;
  /** Moves market time and publishes what happened. */
  advance(ms: number): void;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export async function wired(
  tape: Tape | readonly Series[],
  settings: Partial<ExchangeSettings> = {},
  more: Partial<ExchangeServerOptions> = {},
): Promise<Wired> {
  const exchange = createExchange({
    tape: 'minutes' in tape ? tape : makeTape({ series: tape }),
    settings: { partialFillChance: 0, ...settings },
  });
  const clock = createManualClock(exchange.startsAt);
  const manual = createManualWall(Date.parse('2026-11-20T12:00:00Z'));
  const waits = inbox<number>();
  const after: ManualWall['after'] = (ms, deed) => {
    const callOff = manual.after(ms, deed);
    waits.put(ms);
    return callOff;
  };
  const wall = { ...manual, after };
  const server = await startExchangeServer({ exchange, clock, wall, keys: KEYS, requestsPerMinute: 0, turnEveryMs: 0, ...more });
  return {
    wall,
    waits,
    server,
    clock,
    alpaca: sdk(server.url),
    advance: (ms) => {
      clock.advanceBy(ms);
      server.turn();
    },
    fetch: (path, init) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: { 'APCA-API-KEY-ID': KEYS.keyId, 'APCA-API-SECRET-KEY': KEYS.secretKey, ...init?.headers },
      }),
  };
}

/** The SDK with its two hosts mapped to the exchange; any other host is an error. */
export function sdk(url: string): Alpaca {
  const hosts = new Set(['https://paper-api.alpaca.markets', 'https://data.alpaca.markets']);
  const fetchApi: typeof fetch = (input, init) => {
    const asked = new URL(String(input));
    if (!hosts.has(asked.origin)) throw new Error(`blocked origin ${asked.origin}`);
    return fetch(url + asked.pathname + asked.search, init);
  };
  return new Alpaca({ keyId: KEYS.keyId, secret: KEYS.secretKey, paper: true, fetchApi, rateLimit: false, timeoutMs: 10_000 });
}

/** A queue that a test can wait on until it holds something that fits. */
export function inbox<T>(): { put(item: T): void; next(fits?: (item: T) => boolean): Promise<T>; all: T[] } {
  const all: T[] = [];
  const waiting: { fits: (item: T) => boolean; done: (item: T) => void }[] = [];
  let read = 0;
  return {
    all,
    put: (item) => {
      all.push(item);
      const index = waiting.findIndex(({ fits }) => fits(item));
      if (index < 0) return;
      read = all.length;
      waiting.splice(index, 1)[0]?.done(item);
    },
    next: (fits = () => true) => {
      for (let i = read; i < all.length; i++) {
        if (!fits(all[i] as T)) continue;
        read = i + 1;
        return Promise.resolve(all[i] as T);
      }
      return new Promise((done) => waiting.push({ fits, done }));
    },
  };
}
