/** Drives the v3 SDK in its child process. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExchangeServer } from '#server/exchange/wire/server.ts';
import type { Wire } from '../harness.ts';
import { inbox, KEYS } from '../wire-harness.ts';

const CLIENT = fileURLToPath(new URL('client.ts', import.meta.url));

export interface Driven {
  /** Calls a method; what it throws is thrown here. */
  call(name: string, ...args: unknown[]): Promise<Wire>;
  on(stream: string, name: string, ...args: unknown[]): Promise<Wire>;
  /** From now on `heard` has what this listener hears. */
  listen(stream: string, name: string): Promise<void>;
  heard(stream: string, name: string, fits?: (value: Wire) => boolean): Promise<Wire>;
  close(): Promise<void>;
}

export async function driveV3(server: ExchangeServer, certificate: string): Promise<Driven> {
  const folder = mkdtempSync(join(tmpdir(), 'tradar-v3-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, certificate);
  const config = { ...KEYS, paper: true, baseUrl: server.url, dataBaseUrl: server.url, dataStreamUrl: server.tlsUrl };
  const child = fork(CLIENT, [], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', NODE_EXTRA_CA_CERTS: ca, V3_CONFIG: JSON.stringify(config) },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const messages = inbox<Wire>();
  const events = new Map<string, ReturnType<typeof inbox<Wire>>>();
  const waiting = new Map<number, { done(value: Wire): void; fail(error: Wire): void }>();
  const eventsOf = (key: string) => {
    const known = events.get(key) ?? inbox<Wire>();
    events.set(key, known);
    return known;
  };
  child.on('message', (message: Wire) => {
    if (message.heard !== undefined) eventsOf(`${message.stream} ${message.heard}`).put(message.value);
    else if (message.ready) messages.put(message);
    else if (message.error) waiting.get(message.id)?.fail(message.error);
    else waiting.get(message.id)?.done(message.value);
  });
  await messages.next();
  let count = 0;
  const send = (order: object): Promise<Wire> =>
    new Promise((done, fail) => {
      count += 1;
      waiting.set(count, { done, fail });
      child.send({ id: count, args: [], ...order });
    });
  return {
    call: (name, ...args) => send({ call: name, args }),
    on: (stream, name, ...args) => send({ call: name, stream, args }),
    listen: async (stream, name) => void (await send({ call: name, stream, listens: true })),
    heard: (stream, name, fits) => eventsOf(`${stream} ${name}`).next(fits),
    close: async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
