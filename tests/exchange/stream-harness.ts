/** A raw connection to a stream, in either codec, that hears single messages and its own end. */
import { decode, encode } from '@msgpack/msgpack';
import WebSocket from 'ws';
import type { Wire } from './harness.ts';
import { inbox, KEYS } from './wire-harness.ts';

export interface Line {
  readonly socket: WebSocket;
  readonly heard: ReturnType<typeof inbox<Wire>>;
  say(message: unknown): void;
  /** The next message of a kind, that is with that `T`. */
  next(kind: string): Promise<Wire>;
}

export type Format = 'json' | 'msgpack';

/** Connects without authenticating. */
export async function dial(url: string, format: Format = 'json'): Promise<Line> {
  const socket = new WebSocket(url, { headers: { 'Content-Type': `application/${format}` } });
  const heard = inbox<Wire>();
  socket.on('message', (data: Buffer) => {
    const items: Wire = format === 'json' ? JSON.parse(data.toString('utf8')) : decode(data);
    for (const item of items) heard.put(item);
  });
  socket.on('close', (code) => heard.put({ T: 'closed', code }));
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  return {
    socket,
    heard,
    say: (message) => socket.send(format === 'json' ? JSON.stringify(message) : encode(message)),
    next: (kind) => heard.next((item) => item.T === kind),
  };
}

/** Connects, authenticates and subscribes; the acknowledgement has been heard. */
export async function listen(url: string, wishes: Record<string, readonly string[]>, format: Format = 'json'): Promise<Line> {
  const line = await dial(url, format);
  line.say({ action: 'auth', key: KEYS.keyId, secret: KEYS.secretKey });
  await line.heard.next((item) => item.msg === 'authenticated');
  line.say({ action: 'subscribe', ...wishes });
  await line.next('subscription');
  return line;
}
