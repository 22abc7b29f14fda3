/**
 * The other side of `bench stream`, in a process of its own: Alpaca's stream protocols, and as many messages as the socket takes.
 * All frames are encoded before the first is sent, so that making them is no part of what is measured.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decode, encode } from '@msgpack/msgpack';
import { type WebSocket, WebSocketServer } from 'ws';

/** As much as waits in the sender's memory; the kernel's buffers come on top. */
const MOST_WAITING_BYTES = 1024 * 1024;
const STARTS_AT = Date.parse('2026-01-05T15:00:00Z');
const MINUTE_MS = 60_000;

interface Wanted {
  readonly minutes: number;
  readonly symbols: number;
  /** Of each symbol in each minute, beside its bar. */
  readonly quotesAMinute: number;
  readonly perFrame: number;
  readonly orderUpdates: number;
}

const price = (nth: number): number => 100 + (nth % 1_000) / 100;

/** Minute after minute: the quotes of all symbols in turn, then their bars. */
function framesOf({ minutes, symbols, quotesAMinute, perFrame }: Wanted): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let frame: unknown[] = [];
  const add = (message: unknown): void => {
    frame.push(message);
    if (frame.length < perFrame) return;
    frames.push(encode(frame));
    frame = [];
  };
  for (let minute = 0; minute < minutes; minute++) {
    const begins = STARTS_AT + minute * MINUTE_MS;
    for (let nth = 0; nth < quotesAMinute; nth++) {
      for (let symbol = 0; symbol < symbols; symbol++) {
        const bp = price(minute * quotesAMinute + nth);
        add({
          T: 'q',
          S: `S${symbol}`,
          bx: 'V',
          bp,
          bs: 100,
          ax: 'V',
          ap: bp + 0.01,
          as: 200,
          c: ['R'],
          z: 'C',
          t: new Date(begins + nth),
        });
      }
    }
    for (let symbol = 0; symbol < symbols; symbol++)
      add({ T: 'b', S: `S${symbol}`, o: 100, h: 101, l: 99, c: price(minute), v: 1_000, n: 10, vw: 100, t: new Date(begins) });
  }
  if (frame.length > 0) frames.push(encode(frame));
  return frames;
}

const orderUpdate = (nth: number) => ({
  stream: 'trade_updates',
  data: {
    event: 'new',
    timestamp: new Date(STARTS_AT).toISOString(),
    order: {
      ...{ id: `b-${nth}`, client_order_id: `another's ${nth}`, symbol: 'S0', asset_class: 'us_equity', side: 'buy', status: 'new' },
      ...{ qty: '1', filled_qty: '0', filled_avg_price: null, order_class: '', type: 'limit' },
    },
  },
});

async function flood(socket: WebSocket, frames: readonly (Uint8Array | string)[], pauseAfter: number): Promise<void> {
  for (const [nth, frame] of frames.entries()) {
    socket.send(frame);
    if (nth % pauseAfter === 0) await new Promise((resolve) => setImmediate(resolve));
    while (socket.bufferedAmount > MOST_WAITING_BYTES) await new Promise((resolve) => setImmediate(resolve));
  }
}

const server = createServer((_, response) =>
  response.setHeader('content-type', 'application/json').end('{"bars":{},"next_page_token":null}'),
);
const streams = new WebSocketServer({ server });
let market: WebSocket | undefined;
let orders: WebSocket | undefined;

/** The three steps of either protocol: who are you, what do you want, you have it. */
function welcome(socket: WebSocket, steps: readonly unknown[]): void {
  let step = 0;
  socket.on('message', () => {
    const answer = steps[step++];
    if (answer !== undefined) socket.send(typeof answer === 'string' ? answer : encode(answer));
  });
}

streams.on('connection', (socket, { url }) => {
  if (url === '/stream') {
    orders = socket;
    const authorized = { stream: 'authorization', data: { status: 'authorized', action: 'authenticate' } };
    welcome(
      socket,
      [authorized, { stream: 'listening', data: { streams: ['trade_updates'] } }].map((answer) => JSON.stringify(answer)),
    );
    return;
  }
  market = socket;
  socket.send(encode([{ T: 'success', msg: 'connected' }]));
  socket.once('message', () => {
    socket.send(encode([{ T: 'success', msg: 'authenticated' }]));
    socket.once('message', (wanted: Buffer) => socket.send(encode([{ ...(decode(wanted) as object), T: 'subscription' }])));
  });
});

let frames: Uint8Array[] = [];
let updates: string[] = [];

process.on('message', ({ prepare }: { prepare?: Wanted }) => {
  if (prepare === undefined) {
    if (market !== undefined) void flood(market, frames, 100);
    if (orders !== undefined) void flood(orders, updates, 1);
    return;
  }
  frames = framesOf(prepare);
  updates = Array.from({ length: prepare.orderUpdates }, (_, nth) => JSON.stringify(orderUpdate(nth)));
  process.send?.({ isReady: true });
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
