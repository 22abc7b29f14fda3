/**
 * The local exchange as its clients meet it: orders posted over pipelined connections until their fills are seen on
 * /stream, and market data to one subscriber that decodes every message. The exchange is another process, with a state folder.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { decode } from '@msgpack/msgpack';
import WebSocket from 'ws';
import { measureFold } from './exchange-fold.ts';
import { type BenchReport, type BenchResult, machine, median } from './machine.ts';
import { openOrderLine } from './order-line.ts';

const MARKET = fileURLToPath(new URL('exchange-market.ts', import.meta.url));
const CONNECTIONS = 8;
const DEPTH = 8;
const DEFAULT_SECONDS = 10;
const STREAM_SECONDS = 5;
const TEN_MINUTES_MS = 600_000;
const INSTANTS_A_MINUTE = 4;
/** Silence for so long after the time is up means that all was heard. */
const SILENCE_MS = 300;
/** Four quotes, four trades, one bar. */
const MESSAGES_A_MINUTE = 9;
const MINUTES_AHEAD = 3;
const MINUTE_MS = 60_000;
const MEBIBYTE = 2 ** 20;

/** Resident bytes, about each second. */
interface Sample {
  readonly at: number;
  readonly bytes: number;
}

interface Market {
  readonly child: ChildProcess;
  readonly url: URL;
  readonly wsUrl: string;
  readonly symbols: readonly string[];
  readonly memory: Sample[];
  /** Orders so far, over all measurements. */
  orders: number;
}

async function openMarket(): Promise<Market> {
  const child = fork(MARKET, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const memory: Sample[] = [];
  return await new Promise((done, fail) => {
    child.once('exit', (code) => fail(new Error(`the exchange ended with ${code}`)));
    child.on('message', (message: { url?: string; wsUrl?: string; symbols?: string[]; rss?: number }) => {
      if (message.rss !== undefined) memory.push({ at: performance.now(), bytes: message.rss });
      const { url, wsUrl, symbols } = message;
      if (url !== undefined && wsUrl !== undefined && symbols !== undefined)
        done({ child, url: new URL(url), wsUrl, symbols, memory, orders: 0 });
    });
  });
}

async function listenToFills(wsUrl: string, filled: (clientOrderId: string) => void): Promise<WebSocket> {
  const socket = new WebSocket(`${wsUrl}/stream`);
  await new Promise((done) => socket.once('open', done));
  const ready = new Promise<void>((done) => {
    socket.on('message', (bytes: Buffer) => {
      const { stream, data } = JSON.parse(bytes.toString('utf8'));
      if (stream === 'listening') done();
      if (data.event === 'fill') filled(data.order.client_order_id);
    });
  });
  socket.send(JSON.stringify({ action: 'auth', key: 'bench', secret: 'bench' }));
  socket.send(JSON.stringify({ action: 'listen', data: { streams: ['trade_updates'] } }));
  await ready;
  return socket;
}

interface Trip {
  readonly at: number;
  /** What of answer and fill is still out. */
  open: number;
}

/** A round trip has ended when both the answer and the fill were seen; then the next order goes out. */
async function measureOrders(market: Market, seconds: number): Promise<{ perSecond: number; latencies: number[] }> {
  const trips = new Map<string, Trip>();
  const latencies: number[] = [];
  const until = performance.now() + seconds * 1_000;
  let finished = (): void => undefined;
  const end = new Promise<void>((done) => {
    finished = done;
  });
  const half = (id: string, next: () => void): void => {
    const trip = trips.get(id);
    if (trip === undefined) return;
    trip.open -= 1;
    if (trip.open > 0) return;
    trips.delete(id);
    const now = performance.now();
    latencies.push(now - trip.at);
    if (now < until) next();
    else if (trips.size === 0) finished();
  };
  const owners = new Map<string, () => void>();
  const fills = await listenToFills(market.wsUrl, (id) => half(id, owners.get(id.slice(0, 2)) ?? (() => undefined)));
  const began = performance.now();
  const lines = await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, index) => {
      const sent: string[] = [];
      const prefix = `${index}-`;
      const line = await openOrderLine(market.url, () => half(sent.shift() ?? '', post));
      function post(): void {
        market.orders += 1;
        const count = market.orders;
        const id = `${prefix}${count}`;
        const symbol = market.symbols[count % market.symbols.length];
        trips.set(id, { at: performance.now(), open: 2 });
        sent.push(id);
        const side = Math.floor(count / market.symbols.length) % 2 === 0 ? 'buy' : 'sell';
        line.post(JSON.stringify({ symbol, qty: '1', side, type: 'market', time_in_force: 'day', client_order_id: id }));
      }
      owners.set(prefix, post);
      return { line, post };
    }),
  );
  for (const { post } of lines) for (let depth = 0; depth < DEPTH; depth++) post();
  await end;
  const perSecond = latencies.length / ((performance.now() - began) / 1_000);
  for (const { line } of lines) line.close();
  fills.terminate();
  return { perSecond, latencies };
}

async function measureStream(market: Market, packs: boolean): Promise<number> {
  const socket = new WebSocket(`${market.wsUrl}/v2/sip`, { headers: packs ? { 'Content-Type': 'application/msgpack' } : {} });
  await new Promise((done) => socket.once('open', done));
  const aMinute = market.symbols.length * MESSAGES_A_MINUTE;
  const began = performance.now();
  const until = began + STREAM_SECONDS * 1_000;
  let received = 0;
  let asked = 0;
  let lastAt = began;
  let silence: NodeJS.Timeout | undefined;
  const more = (): void => {
    while (asked * aMinute - received < MINUTES_AHEAD * aMinute && performance.now() < until) {
      asked += 1;
      market.child.send({ instants: INSTANTS_A_MINUTE });
    }
  };
  const end = new Promise<void>((done, fail) => {
    socket.on('message', (bytes: Buffer) => {
      const messages = (packs ? decode(bytes) : JSON.parse(bytes.toString('utf8'))) as { T: string; code?: number }[];
      const [first] = messages;
      if (first?.T === 'error') fail(new Error(`the stream says ${first.code}`));
      if (first?.T === 'subscription') more();
      if (first?.T === 'subscription' || first?.T === 'success') return;
      received += messages.length;
      lastAt = performance.now();
      more();
      if (lastAt < until) return;
      clearTimeout(silence);
      silence = setTimeout(done, SILENCE_MS);
    });
  });
  socket.send(JSON.stringify({ action: 'auth', key: 'bench', secret: 'bench' }));
  socket.send(JSON.stringify({ action: 'subscribe', trades: ['*'], quotes: ['*'], bars: ['*'] }));
  await end;
  socket.terminate();
  return received / ((lastAt - began) / 1_000);
}

const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** The medians of two fifths of the time, and of each whole minute when there are several. */
function memoryResults(memory: readonly Sample[]): BenchResult[] {
  const part = Math.max(1, Math.floor(memory.length / 5));
  const mebibytes = (samples: readonly Sample[]): number =>
    rounded(median(samples.length > 0 ? samples.map(({ bytes }) => bytes) : [0]) / MEBIBYTE);
  const second = mebibytes(memory.slice(part, 2 * part));
  const last = mebibytes(memory.slice(-part));
  const began = memory[0]?.at ?? 0;
  const minutes = Math.round(((memory.at(-1)?.at ?? 0) - began) / MINUTE_MS);
  const byMinute = Array.from({ length: minutes > 1 ? minutes : 0 }, (_, minute): BenchResult => {
    const during = memory.filter(({ at }) => Math.floor((at - began) / MINUTE_MS) === minute);
    return { what: `residentMiBMinute${minute + 1}`, value: mebibytes(during), unit: 'MiB' };
  });
  return [
    ...byMinute,
    { what: 'residentMiBLastFifth', value: last, unit: 'MiB', versus: `${second} MiB in the second fifth`, ratio: last / second },
  ];
}

export async function benchExchange({ seconds = DEFAULT_SECONDS }: { readonly seconds?: number } = {}): Promise<BenchReport> {
  const fold = measureFold();
  const market = await openMarket();
  try {
    market.child.send({ stepMs: TEN_MINUTES_MS });
    await measureOrders(market, 1);
    market.memory.length = 0;
    const { perSecond, latencies } = await measureOrders(market, seconds);
    const memory = memoryResults(market.memory);
    const sorted = latencies.sort((a, b) => a - b);
    const [msgpack, json] = [await measureStream(market, true), await measureStream(market, false)];
    return {
      bench: 'exchange',
      machine: machine(),
      results: [
        { what: 'orderRoundTripsPerSecond', value: rounded(perSecond), unit: 'orders/s' },
        { what: 'orderRoundTripP50', value: rounded(median(sorted), 2), unit: 'ms' },
        { what: 'orderRoundTripP99', value: rounded(sorted[Math.floor(sorted.length * 0.99)] ?? 0, 2), unit: 'ms' },
        ...memory,
        ...fold,
        { what: 'streamMessagesPerSecond', value: rounded(msgpack), unit: 'messages/s' },
        { what: 'streamMessagesPerSecondJson', value: rounded(json), unit: 'messages/s' },
      ],
    };
  } finally {
    market.child.removeAllListeners('exit');
    market.child.disconnect();
  }
}
