/**
 * Another process of `bench kill`: ten thousand quotes a second over Alpaca's market data protocol, evenly, and the trips by HTTP,
 * each with the time at which it was sent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decode, encode } from '@msgpack/msgpack';
import { WebSocketServer } from 'ws';

const PER_FRAME = 50;
const EVERY_MS = 5;
const SYMBOLS = 30;

const frames = Array.from({ length: 200 }, (_, nth) =>
  encode(
    Array.from({ length: PER_FRAME }, (__, place) => ({
      ...{ T: 'q', S: `S${place % SYMBOLS}`, bx: 'V', bp: 100 + nth / 100, bs: 100, ax: 'V', ap: 100.01 + nth / 100, as: 200 },
      ...{ c: ['R'], z: 'C', t: new Date(Date.parse('2026-01-05T15:00:00Z') + nth) },
    })),
  ),
);

const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end('{"bars":{}}'));
const streams = new WebSocketServer({ server });
let sent = 0;

streams.on('connection', (socket) => {
  socket.send(encode([{ T: 'success', msg: 'connected' }]));
  socket.once('message', () => {
    socket.send(encode([{ T: 'success', msg: 'authenticated' }]));
    socket.once('message', (wanted: Buffer) => {
      socket.send(encode([{ ...(decode(wanted) as object), T: 'subscription' }]));
      const began = performance.now();
      // What a timer came late for is made up for: the rate is kept on average.
      const timer = setInterval(() => {
        for (; sent * EVERY_MS < performance.now() - began; sent++) socket.send(frames[sent % frames.length] as Uint8Array);
      }, EVERY_MS);
      socket.once('close', () => clearInterval(timer));
    });
  });
});

/** Asks the daemon's control plane; the time of the request goes with it as the reason. */
async function trip(url: string, token: string, level: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const sentAt = process.hrtime.bigint();
  const body = JSON.stringify({ level, reason: String(sentAt) });
  const response = await fetch(`${url}/trpc/killSwitch.engage`, { method: 'POST', headers, body });
  const { result } = (await response.json()) as { result?: { data: { durable: boolean } } };
  const answeredAt = process.hrtime.bigint();
  process.send?.({ sentAt: String(sentAt), answeredAt: String(answeredAt), durable: result?.data.durable === true });
}

process.on('message', ({ url, token, level }: { url: string; token: string; level: string }) => void trip(url, token, level));
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
setInterval(() => process.send?.({ sent: sent * PER_FRAME }), 1_000);
