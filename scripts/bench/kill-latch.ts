/** How long a trip takes: to hold in memory, to be durable, to have a hundred orders cancelled; quiet, and while quotes pour in. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '#server/adapters/alpaca/client.ts';
import { wallClock } from '#server/adapters/alpaca/clock.ts';
import { createMarketFeed } from '#server/adapters/alpaca/market-feed.ts';
import { demoOrigins } from '#server/adapters/alpaca/origins.ts';
import { startApi } from '#server/api/server.ts';
import { ensureTokens } from '#server/api/token.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type RehearsalDaemon, startRehearsalDaemon } from '#server/drill/rehearsal-daemon.ts';
import type { Desk } from '#server/runtime/desk.ts';
import type { Log } from '#server/runtime/ports.ts';
import { askExchange, startExchange } from './kill-processes.ts';

const MARKET = fileURLToPath(new URL('kill-market.ts', import.meta.url));
const SYMBOL = 'BTC/USD' as AssetSymbol;
const QUOTED = Array.from({ length: 30 }, (_, nth) => `S${nth}` as AssetSymbol);
const ORDERS = 100;
const AT_ONCE = 20;
const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const resting = { symbol: SYMBOL, qty: '0.1', side: 'buy', type: 'limit', limit_price: '200', time_in_force: 'gtc' };

/** Milliseconds of each trip. */
export interface Samples {
  readonly blocked: number[];
  readonly durable: number[];
  readonly firstCancel: number[];
  readonly allCancelled: number[];
  quotesASecond: number;
}

interface Stamps {
  heldAt: bigint;
  durableAt: bigint;
  cancelAt: bigint;
}

interface Stage extends RehearsalDaemon {
  readonly exchangeUrl: string;
  readonly stamps: Stamps;
  /** Trips from the other process; resolves with when it was sent. */
  trip(level: 'halt' | 'cancelAll'): Promise<bigint>;
}

const milliseconds = (from: bigint, to: bigint): number => Number(to - from) / 1_000_000;

/** The desk with a look at the clock when the latch holds, which is before `engage` gives anything back. */
function stamped(desk: RehearsalDaemon['daemon']['desk'], { gate, stamps }: Pick<Stage, 'gate' | 'stamps'>): Desk {
  return {
    ...{ mode: desk.mode, version: desk.version, books: desk.books },
    health: () => desk.health(),
    config: () => desk.config(),
    kill: () => desk.kill(),
    killState: () => desk.killState(),
    release: (wish) => desk.release(wish),
    subscribe: (listener) => desk.subscribe(listener),
    engage: async (...trip) => {
      const written = desk.engage(...trip);
      stamps.heldAt = process.hrtime.bigint();
      if (gate.level() !== trip[0]) throw new Error(`the gate is at ${gate.level()} after a trip at ${trip[0]}`);
      const latch = await written;
      stamps.durableAt = process.hrtime.bigint();
      return latch;
    },
  } as Desk;
}

/** The network, with a look at the clock when the first cancel is written. */
function watchCancels(stamps: Stamps): () => void {
  const { write } = Socket.prototype;
  Socket.prototype.write = function watched(this: Socket, ...values: Parameters<Socket['write']>): boolean {
    const result = write.apply(this, values);
    const [chunk] = values as [unknown];
    if (stamps.cancelAt === 0n && typeof chunk === 'string' && chunk.startsWith('DELETE /v2/orders'))
      stamps.cancelAt = process.hrtime.bigint();
    return result;
  } as Socket['write'];
  return () => {
    Socket.prototype.write = write;
  };
}

/** Past the ceremony, which is not what is measured and waits for a statement. */
async function released({ daemon: { desk }, tell }: Stage): Promise<void> {
  tell({ kind: 'killReleased', latchId: desk.kill().latchId, by: 'bench', note: 'again' });
  while (desk.kill().level !== 'armed') await pause(1);
}

async function measureTrips(stage: Stage, trips: number, samples: Samples): Promise<void> {
  for (let nth = 0; nth < trips; nth++) {
    // At no particular moment of what goes on in the daemon.
    await pause(Math.random() * 10);
    const sentAt = await stage.trip('halt');
    samples.blocked.push(milliseconds(sentAt, stage.stamps.heldAt));
    samples.durable.push(milliseconds(sentAt, stage.stamps.durableAt));
    await released(stage);
  }
}

async function measureCancels(stage: Stage, rounds: number, samples: Samples): Promise<void> {
  const { exchangeUrl, stamps } = stage;
  for (let nth = 0; nth < rounds; nth++) {
    for (let placed = 0; placed < ORDERS; placed += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, () => askExchange(exchangeUrl, '/v2/orders', 'POST', resting)));
    stamps.cancelAt = 0n;
    const sentAt = await stage.trip('cancelAll');
    while (((await askExchange(exchangeUrl, '/v2/orders?status=open&limit=500')) as unknown[]).length > 0) await pause(1);
    samples.allCancelled.push(milliseconds(sentAt, process.hrtime.bigint()));
    samples.firstCancel.push(milliseconds(sentAt, stamps.cancelAt));
    await released(stage);
  }
}

interface OtherSide {
  readonly child: ChildProcess;
  readonly url: string;
  sent(): number;
}

function openOtherSide(): Promise<OtherSide> {
  const child = fork(MARKET, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let sent = 0;
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the market ended with ${code}`)));
    child.on('message', (message: { url?: string; sent?: number }) => {
      if (message.sent !== undefined) sent = message.sent;
      if (message.url !== undefined) resolve({ child, url: message.url, sent: () => sent });
    });
  });
}

function tripperOf(child: ChildProcess, url: string, token: string): Stage['trip'] {
  return (level) =>
    new Promise((resolve, reject) => {
      const heard = (message: { sentAt?: string; durable?: boolean }): void => {
        if (message.sentAt === undefined) return;
        child.off('message', heard);
        if (message.durable === true) resolve(BigInt(message.sentAt));
        else reject(new Error('a trip was not durable in time'));
      };
      child.on('message', heard);
      child.send({ url, token, level });
    });
}

/** Quotes through the SDK, the adapter and the inbox of the daemon, in its own event loop; returns the way to stop. */
async function pourQuotes(url: string, { tell }: RehearsalDaemon): Promise<() => Promise<void>> {
  const client = createClient({ origins: demoOrigins(url), keyId: 'bench', secretKey: 'bench', log: SILENT });
  const base = { client, tell, log: SILENT, symbols: QUOTED, quotes: true, staleAfterMs: 3_600_000 };
  const feed = createMarketFeed({
    ...base,
    clock: wallClock({ client, log: SILENT }),
    sessions: () => [],
    warmUp: () => ({ minutes: 0, longer: [] }),
    lastBarEnd: () => Date.now() as never,
  });
  await feed.start();
  return () => feed.stop();
}

export interface LatchPlan {
  readonly quotes: boolean;
  readonly trips: number;
  readonly rounds: number;
}

export async function measureLatch({ quotes, trips, rounds }: LatchPlan): Promise<Samples> {
  const home = mkdtempSync(join(tmpdir(), 'tradar-bench-kill-'));
  const samples: Samples = { blocked: [], durable: [], firstCancel: [], allCancelled: [], quotesASecond: 0 };
  const stamps: Stamps = { heldAt: 0n, durableAt: 0n, cancelAt: 0n };
  const exchange = await startExchange(['--speed', '60']);
  const other = await openOtherSide();
  const rehearsal = await startRehearsalDaemon(exchange.url, home, SYMBOL);
  const tokens = await ensureTokens(home);
  const api = await startApi({
    ...{ desk: stamped(rehearsal.daemon.desk, { gate: rehearsal.gate, stamps }), tokens, port: 0, allowedHosts: [], allowedOrigins: [] },
    ...{ records: {} as never, log: SILENT, portFallback: false, drill: () => Promise.reject(new Error('not here')) },
  });
  const unwatch = watchCancels(stamps);
  const stopQuotes = quotes ? await pourQuotes(other.url, rehearsal) : async () => undefined;
  const stage = { ...rehearsal, exchangeUrl: exchange.url, stamps, trip: tripperOf(other.child, api.url, tokens.viewer) };
  try {
    while (!rehearsal.daemon.desk.books.reconciled) await pause(10);
    await measureTrips(stage, 50, { ...samples, blocked: [], durable: [] });
    const [sentBefore, began] = [other.sent(), performance.now()];
    await measureTrips(stage, trips, samples);
    samples.quotesASecond = Math.round(((other.sent() - sentBefore) / (performance.now() - began)) * 1_000);
    await measureCancels(stage, rounds, samples);
  } finally {
    unwatch();
    await stopQuotes();
    await api.close();
    await rehearsal.close();
    other.child.removeAllListeners('exit');
    other.child.kill();
    await exchange.end();
    rmSync(home, { recursive: true, force: true });
  }
  return samples;
}
