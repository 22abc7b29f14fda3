/** A raw client for the streams, and a word for arming faults on an exchange behind its wire. */
import { decode, encode } from '@msgpack/msgpack';
import WebSocket from 'ws';
import { type FaultRuleInput, ruleSchema } from '#server/exchange/wire/faults-rule.ts';
import type { Wire } from './harness.ts';
import { inbox, KEYS, type Wired } from './wire-harness.ts';

export const armed = ({ server }: Wired, rule: FaultRuleInput): string => server.faults.plan.arm(ruleSchema.parse(rule)).id;

export interface RawLine {
  readonly socket: WebSocket;
  readonly heard: ReturnType<typeof inbox<Wire>>;
  say(message: unknown): void;
}

/** Each message of a frame is heard for itself; the end of the connection is heard as `{ closed: true }`. */
export async function dialRaw({ server }: Wired, path: string, packs = false): Promise<RawLine> {
  const socket = new WebSocket(`${server.wsUrl}${path}`, { headers: packs ? { 'Content-Type': 'application/msgpack' } : {} });
  const heard = inbox<Wire>();
  socket.on('message', (bytes: Buffer) => {
    const message = packs ? decode(bytes) : JSON.parse(bytes.toString());
    for (const item of Array.isArray(message) ? message : [message]) heard.put(item);
  });
  socket.on('close', () => heard.put({ closed: true }));
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  return { socket, heard, say: (message) => socket.send(packs ? encode(message) : JSON.stringify(message)) };
}

export async function listening(w: Wired): Promise<RawLine> {
  const line = await dialRaw(w, '/stream');
  line.say({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey });
  line.say({ action: 'listen', data: { streams: ['trade_updates'] } });
  await line.heard.next((message) => message.stream === 'listening');
  return line;
}

export async function subscribed(w: Wired, packs = false): Promise<RawLine> {
  const line = await dialRaw(w, '/v2/iex', packs);
  line.say({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey });
  line.say({ action: 'subscribe', bars: ['*'] });
  await line.heard.next((message) => message.T === 'subscription');
  return line;
}
