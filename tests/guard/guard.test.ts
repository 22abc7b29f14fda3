/** The guard as a process, beside a daemon's line that is frozen or killed and a real exchange: what the broker then has, and has not. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { guardKey } from '#server/adapters/guard-key.ts';
import { guardBroker } from '#server/guard/broker.ts';
import { guardSocket } from '#server/guard/link.ts';
import { DEFAULT_LIMITS } from '#server/guard/vigil.ts';
import { type ServedExchange, servedExchange } from '#tests/cli/served-exchange.ts';
import { tradar } from '#tests/cli/tradar.ts';
import { temporaryFolder } from '#tests/config/folder.ts';

/** A second and two in place of ten and thirty: the fold's own tests have those. */
const LIMITS = { ...DEFAULT_LIMITS, suspendAfterMs: 2_000, cancelAfterMs: 3_500 };
const HEADERS = { 'APCA-API-KEY-ID': 'guard-canary-id', 'APCA-API-SECRET-KEY': 'guard-canary-secret', 'content-type': 'application/json' };

/** A shell that lets no file grow, and then becomes the program: every write to a file fails, as on a full disk. */
const NO_ROOM = ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -f 0; exec "$0" "$@"'] as const;

interface ProgramOptions {
  readonly input?: string;
  readonly env?: Record<string, string>;
  readonly hasRoom?: boolean;
}

class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly #wanted = new Set<() => void>();

  constructor(file: string, args: readonly string[], { input, env, hasRoom = true }: ProgramOptions = {}) {
    const [program = '', ...rest] = [...(hasRoom ? [] : NO_ROOM), process.execPath, fileURLToPath(new URL(file, import.meta.url)), ...args];
    this.child = spawn(program, rest, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(env === undefined ? {} : { env: { PATH: process.env['PATH'] ?? '', ...env } }),
    });
    if (input !== undefined) this.child.stdin?.write(`${input}\n`);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => {
        this.lines.push(line);
        for (const look of this.#wanted) look();
      });
    }
  }

  /** Resolves when a line that holds the text was said. */
  said(text: string): Promise<string> {
    return new Promise((resolve) => {
      const look = (): void => {
        const line = this.lines.find((one) => one.includes(text));
        if (line === undefined) return;
        this.#wanted.delete(look);
        resolve(line);
      };
      this.#wanted.add(look);
      look();
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    if (signal === 'SIGKILL') this.child.kill('SIGCONT');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}

const guardOf = (home: string, url: string, hasRoom = true): Program => {
  const broker = { url, keyId: HEADERS['APCA-API-KEY-ID'], secret: HEADERS['APCA-API-SECRET-KEY'] };
  const input = JSON.stringify({ home, broker, limits: LIMITS, key: guardKey(home).toString('base64') });
  return new Program('../../server/guard/main.ts', [], { input, hasRoom });
};

const daemonOf = (home: string): Program => new Program('./daemon-program.ts', [home, guardKey(home).toString('base64')]);

const ask = async ({ url }: ServedExchange, path: string, init: RequestInit = {}): Promise<unknown> => {
  const response = await fetch(url + path, { ...init, headers: HEADERS });
  return await response.json();
};

const order = (exchange: ServedExchange, side: string, terms: object): Promise<unknown> =>
  ask(exchange, '/v2/orders', {
    method: 'POST',
    body: JSON.stringify({ symbol: 'BTC/USD', qty: '0.01', side, time_in_force: 'gtc', ...terms }),
  });

const openOrders = async (exchange: ServedExchange): Promise<string[]> =>
  ((await ask(exchange, '/v2/orders?status=open')) as { client_order_id: string }[]).map((one) => one.client_order_id);

const isSuspended = async (exchange: ServedExchange): Promise<boolean> =>
  ((await ask(exchange, '/v2/account/configurations')) as { suspend_trade: boolean }).suspend_trade;

test('a frozen daemon: suspended, held at halt, opening orders cancelled, what protects stays; lifted by a release alone', async () => {
  using home = temporaryFolder();
  await using exchange = await servedExchange(['--bars', 'random:1+2:1', '--speed', 'paused', '--cash', '100000']);
  const [pair, other] = ((await ask(exchange, '/v2/assets?asset_class=crypto')) as { symbol: string }[]).map(({ symbol }) => symbol);
  await order(exchange, 'buy', { symbol: pair, type: 'market', client_order_id: 'held' });
  await order(exchange, 'buy', { symbol: other, qty: '20', type: 'limit', limit_price: '1', client_order_id: 'opens' });
  await order(exchange, 'sell', { symbol: pair, qty: '0.005', type: 'limit', limit_price: '99999999', client_order_id: 'protects' });
  expect(new Set(await openOrders(exchange))).toEqual(new Set(['opens', 'protects']));
  await using guard = guardOf(home.path, exchange.url);
  await guard.said('guard watches');
  expect(statSync(guardSocket(home.path)).mode & 0o777).toBe(0o600);
  await using daemon = daemonOf(home.path);
  await guard.said('"state":"watching"');
  daemon.child.kill('SIGSTOP');
  await guard.said('confirmed by the broker');
  expect(await isSuspended(exchange)).toBe(true);
  expect(readFileSync(join(home.path, 'KILL'), 'utf8')).toContain('guard: no sign of a working daemon');
  await guard.said('"cancelOpening"');
  await expect.poll(() => openOrders(exchange), { timeout: 5_000 }).toEqual(['protects']);
  daemon.child.kill('SIGCONT');
  await guard.said('the daemon is at armed although the guard has suspended');
  expect(await isSuspended(exchange)).toBe(true);
  daemon.child.stdin?.write('lift\n');
  await expect.poll(() => isSuspended(exchange), { timeout: 5_000 }).toBe(false);
  expect(guard.lines.join('\n')).not.toContain('canary');
});

test('a guard whose disk is full suspends at the broker all the same, and is still there for what comes after', async () => {
  using home = temporaryFolder();
  await using exchange = await servedExchange(['--bars', 'random:1:1', '--speed', 'paused', '--cash', '100000']);
  const [pair] = ((await ask(exchange, '/v2/assets?asset_class=crypto')) as { symbol: string }[]).map(({ symbol }) => symbol);
  await order(exchange, 'buy', { symbol: pair, qty: '20', type: 'limit', limit_price: '1', client_order_id: 'opens' });
  await using guard = guardOf(home.path, exchange.url, false);
  await guard.said('guard watches');
  await using daemon = daemonOf(home.path);
  await guard.said('"state":"watching"');
  daemon.child.kill('SIGSTOP');
  await guard.said('confirmed by the broker');
  expect(await isSuspended(exchange)).toBe(true);
  // The name may be there, of a file without a byte: it is all that counts.
  for (const name of ['KILL', 'guard.json.draft']) expect(statSync(join(home.path, name), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  expect(existsSync(join(home.path, 'guard.json'))).toBe(false);
  await expect.poll(() => openOrders(exchange), { timeout: 5_000 }).toEqual([]);
  daemon.child.kill('SIGCONT');
  daemon.child.stdin?.write('lift\n');
  await expect.poll(() => isSuspended(exchange), { timeout: 5_000 }).toBe(false);
});

test('an order whose cancel the broker refused kept the guard from cancelling the others', async () => {
  await using exchange = await servedExchange(['--bars', 'random:0+1:1', '--speed', 'paused', '--cash', '100000']);
  const [pair] = ((await ask(exchange, '/v2/assets?asset_class=crypto')) as { symbol: string }[]).map(({ symbol }) => symbol);
  for (const name of ['first', 'second', 'third'])
    await order(exchange, 'buy', { symbol: pair, qty: '20', type: 'limit', limit_price: '1', client_order_id: name });
  const listed = (await ask(exchange, '/v2/orders?status=open')) as { id: string; client_order_id: string }[];
  const [stuck] = listed;
  await exchange.control('/faults', { fault: 'serverErrorBefore', path: `/v2/orders/${stuck?.id}` });
  const broker = guardBroker({ url: exchange.url, keyId: HEADERS['APCA-API-KEY-ID'], secret: HEADERS['APCA-API-SECRET-KEY'] });
  expect(await broker.cancelOpening()).toBe(3);
  expect(await openOrders(exchange)).toEqual([stuck?.client_order_id]);
  expect(await broker.cancelOpening(), 'not confirmed while one is there').toBe(1);
});

test('an orderly end is no death, and noise on the line no beat', async () => {
  using home = temporaryFolder();
  await using exchange = await servedExchange(['--bars', 'random:1:1', '--speed', 'paused']);
  await using guard = guardOf(home.path, exchange.url);
  await guard.said('guard watches');
  await using daemon = daemonOf(home.path);
  await guard.said('"state":"watching"');
  const noise = connect(guardSocket(home.path));
  noise.end(`${'0'.repeat(64)} {"kind":"standDown","life":"x","seq":1}\nnoise\n`);
  await once(noise, 'close');
  daemon.child.stdin?.write('down\n');
  await once(daemon.child, 'exit');
  await guard.said('"state":"away"');
  expect(await isSuspended(exchange)).toBe(false);
  expect(existsSync(join(home.path, 'KILL'))).toBe(false);
});

test('a guard that was killed goes on where it was, and one that is missing is told of', async () => {
  using home = temporaryFolder();
  await using exchange = await servedExchange(['--bars', 'random:1:1', '--speed', 'paused']);
  await using daemon = daemonOf(home.path);
  await daemon.said('missing 1');
  await using first = guardOf(home.path, exchange.url);
  await first.said('"state":"watching"');
  await using second = guardOf(home.path, exchange.url);
  await second.said('another guard listens');
  await first.end('SIGKILL');
  await daemon.end('SIGKILL');
  await using third = guardOf(home.path, exchange.url);
  await third.said('confirmed by the broker');
  expect(await isSuspended(exchange)).toBe(true);
}, 60_000);

test('"tradar guard" that was killed leaves no guard behind, and says when no daemon will give it a sign', async () => {
  using home = temporaryFolder();
  await using exchange = await servedExchange(['--bars', 'random:1:1', '--speed', 'paused']);
  writeFileSync(join(home.path, 'tradar.json'), JSON.stringify({ demo: { exchangeUrl: exchange.url } }));
  await using command = new Program('../../scripts/tradar.ts', ['guard'], { env: { TRADAR_HOME: home.path } });
  await command.said('guard.enabled is false');
  await command.said('watching');
  expect(existsSync(guardSocket(home.path))).toBe(true);
  await command.end('SIGKILL');
  await expect.poll(() => existsSync(guardSocket(home.path)), { timeout: 5_000 }).toBe(false);
});

test('a guard takes a rotated key while it watches, and acts with it when the old one is revoked', async () => {
  using home = temporaryFolder();
  using other = temporaryFolder();
  const first = join(other.path, 'exchange.keys');
  writeFileSync(first, 'PKOLD:old-canary', { mode: 0o600 });
  await using exchange = await servedExchange(['--bars', 'random:1:1', '--speed', 'paused', '--keys', first]);
  const settings = { mode: 'paper', guard: { enabled: true }, rehearsal: { exchangeUrl: exchange.url } };
  writeFileSync(join(home.path, 'tradar.json'), JSON.stringify(settings));
  const env = { TRADAR_HOME: home.path, TRADAR_MASTER_KEY_FILE: join(other.path, 'master.key') };
  const keys = (word: string, input: string) => tradar({ args: ['keys', word, 'paper-guard'], env, input });
  expect((await keys('add', 'PKOLD\nold-canary\n')).code).toBe(0);
  const own = { ...env, APCA_API_KEY_ID: 'PKDAEMON', APCA_API_SECRET_KEY: 'daemon-canary' };
  await using guard = new Program('../../scripts/tradar.ts', ['guard'], { env: own });
  await guard.said('watching');
  await using daemon = daemonOf(home.path);
  await guard.said('"state":"watching"');
  await exchange.control('/keys', { id: 'PKNEW', secret: 'new-canary' });
  expect(await keys('rotate', 'PKNEW\nnew-canary\n')).toMatchObject({ code: 0, err: expect.stringContaining('uses version 2 now') });
  await guard.said('the guard has a new key');
  await exchange.control('/keys/PKOLD', undefined, 'DELETE');
  await daemon.end('SIGKILL');
  await guard.said('confirmed by the broker');
  const headers = { 'APCA-API-KEY-ID': 'PKNEW', 'APCA-API-SECRET-KEY': 'new-canary' };
  expect(await (await fetch(`${exchange.url}/v2/account/configurations`, { headers })).json()).toMatchObject({ suspend_trade: true });
  expect(guard.lines.join('\n')).not.toContain('canary');
}, 60_000);
