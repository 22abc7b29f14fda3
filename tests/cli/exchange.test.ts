/** `tradar exchange` as a process: it says where it serves, serves, keeps its state, and ends in order. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { temporaryFolder } from '#tests/config/folder.ts';
import { tradar } from './tradar.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DEMO = join(ROOT, 'config/demo-bars');
const running = new Set<ChildProcess>();

// biome-ignore lint/suspicious/noExplicitAny: facts and bodies as they come over the wire
type Facts = any;

async function served(args: readonly string[], env: Record<string, string> = {}): Promise<{ facts: Facts; end(): Promise<number | null> }> {
  const child = spawn(process.execPath, ['scripts/tradar.ts', 'exchange', '--json', '--port', '0', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const [line] = await Promise.race([
    new Promise<string[]>((done) => createInterface(child.stdout).once('line', (text) => done([text]))),
    ended.then((code): string[] => {
      throw new Error(`it ended with ${code} before it served`);
    }),
  ]);
  const end = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  return { facts: JSON.parse(line ?? ''), end };
}

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

const headers = { 'APCA-API-KEY-ID': 'id', 'APCA-API-SECRET-KEY': 'secret' };
const ask = async (url: string, path: string, init: RequestInit = {}): Promise<Facts> =>
  (await fetch(url + path, { headers, ...init })).json();
const steer = (facts: Facts, path: string, body: object) =>
  ask(facts.controlUrl, path, { method: 'POST', body: JSON.stringify(body), headers: {} });

test('serves the demo bars, any keys, and stands still until it is stepped', async () => {
  const { facts, end } = await served(['--speed', 'step', '--cash', '5000']);
  expect(facts).toMatchObject({ keys: 'any', speed: 0, tlsUrl: null, certificate: null, state: null });
  expect(facts.symbols).toContain('AAPL');
  expect(await ask(facts.url, '/v2/account')).toMatchObject({ cash: '5000' });
  expect((await ask(facts.url, '/v2/clock')).is_open).toBe(false);
  await steer(facts, '/clock/step', { ms: 6 * 60_000 });
  expect((await ask(facts.url, '/v2/clock')).is_open).toBe(true);
  expect(await end()).toBe(0);
});

test('the state survives the process, and is refused with other bars', async () => {
  using home = temporaryFolder();
  const state = join(home.path, 'state');
  const first = await served(['--speed', 'step', '--state', state]);
  await steer(first.facts, '/clock/step', { ms: 6 * 60_000 });
  await steer(first.facts, '/cash', { cash: 777 });
  expect(await first.end()).toBe(0);
  const second = await served(['--speed', 'step', '--state', state]);
  expect(await ask(second.facts.url, '/v2/account')).toMatchObject({ cash: '777' });
  await second.end();
  const other = await tradar({ args: ['exchange', '--port', '0', '--state', state, '--symbols', 'AAPL'] });
  expect(other).toMatchObject({ code: 1, out: '' });
  expect(other.err).toContain('belongs to another market');
});

test('bars from a folder without a manifest and from single files; what is missing is named', async () => {
  using home = temporaryFolder();
  const [aapl = '', btc = ''] = ['AAPL', 'BTC'].map((start) => readdirSync(DEMO).find((file) => file.startsWith(start)));
  copyFileSync(join(DEMO, aapl), join(home.path, aapl));
  const { facts, end } = await served(['--speed', 'paused', '--bars', `${home.path},BTC/USD=${join(DEMO, btc)}`]);
  expect(facts.symbols).toEqual(['AAPL', 'BTC/USD']);
  await end();
  const missing = await tradar({ args: ['exchange', '--port', '0', '--bars', join(home.path, 'none.csv'), '--json'] });
  expect([missing.code, JSON.parse(missing.out).error]).toMatchObject([
    1,
    { code: 'noBars', message: expect.stringContaining('none.csv') },
  ]);
  const unknown = await tradar({ args: ['exchange', '--port', '0', '--symbols', 'NONE'] });
  expect(unknown.err).toContain('there are no bars of NONE; there are AAPL');
});

test('a random market, alone or beside bars', async () => {
  const alone = await served(['--random', '--symbols', 'NVDA,DOGE/USD', '--speed', 'step']);
  expect(alone.facts).toMatchObject({ symbols: ['NVDA', 'DOGE/USD'], marketTime: expect.stringMatching(/^2025-01-06/) });
  await alone.end();
  const beside = await served(['--bars', `${DEMO},random:NVDA:1:2019-02-13`, '--symbols', 'AAPL,NVDA', '--speed', 'step']);
  expect(beside.facts).toMatchObject({ symbols: ['AAPL', 'NVDA'], marketTime: expect.stringMatching(/^2019-02-13/) });
  await beside.end();
  expect((await tradar({ args: ['exchange', '--random', '--bars', DEMO] })).err).toContain('--random is a market alone');
});

test('keys from a file that is for the owner alone, and TLS with a certificate to trust', async () => {
  using home = temporaryFolder();
  const keys = join(home.path, 'keys');
  writeFileSync(keys, 'id:secret\n', { mode: 0o644 });
  const open = await tradar({ args: ['exchange', '--port', '0', '--keys', keys] });
  expect([open.code, open.err]).toEqual([2, expect.stringContaining('chmod 600')]);
  writeFileSync(join(home.path, 'closed'), 'id:secret\n', { mode: 0o600 });
  const { facts, end } = await served(['--speed', 'step', '--keys', join(home.path, 'closed'), '--tls', '--state', home.path]);
  expect(facts.keys).toBe('given');
  expect((await fetch(`${facts.url}/v2/account`, { headers: { ...headers, 'APCA-API-SECRET-KEY': 'no' } })).status).toBe(401);
  const ca = readFileSync(facts.certificate, 'utf8');
  expect(ca).not.toContain('PRIVATE');
  const status = await new Promise((done, fail) => {
    const call = request(`${facts.tlsUrl}/v2/account`, { ca, headers }, (reply) => done(reply.resume().statusCode));
    call.once('error', fail).end();
  });
  expect(status).toBe(200);
  expect(await end()).toBe(0);
});

test('switches by flag and by file, the flag outdoing the file; the state belongs to them', async () => {
  using home = temporaryFolder();
  const file = join(home.path, 'switches.json');
  writeFileSync(file, JSON.stringify({ dataPlan: 'free', washTradeStatus: 422, legacyDayTrading: true }));
  const state = join(home.path, 'state');
  const args = ['--speed', 'step', '--settings', file, '--set', 'washTradeStatus=403', '--state', state];
  const { facts, end } = await served(args);
  expect(await ask(facts.url, '/v2/account')).toHaveProperty('daytrade_count');
  expect(await ask(facts.url, '/v2/stocks/AAPL/trades/latest?feed=sip')).toMatchObject({ code: 42210000 });
  const { settings } = await ask(facts.controlUrl, '/settings', { headers: {} });
  expect(settings).toMatchObject({ dataPlan: 'free', washTradeStatus: 403, stopTrigger: 'last' });
  expect(await end()).toBe(0);
  const other = await tradar({ args: ['exchange', '--port', '0', '--state', state, '--once'] });
  expect([other.code, other.err]).toEqual([1, expect.stringContaining('belongs to another market')]);
});

test('--list names every switch, in lines and in JSON', async () => {
  const lines = await tradar({ args: ['exchange', '--list'] });
  expect([lines.code, lines.out]).toEqual([0, expect.stringMatching(/^--set stopTrigger=last .+\(last\|quote\)$/m)]);
  const json = await tradar({ args: ['exchange', '--list', '--json'] });
  expect(JSON.parse(json.out)).toContainEqual(expect.objectContaining({ name: 'tapeErrorChance', default: 0, values: '0 to 1' }));
});

test('a taken port is a failure that says so', async () => {
  const { facts, end } = await served(['--speed', 'step']);
  const { port } = new URL(facts.url);
  const second = await tradar({ args: ['exchange', '--port', port] });
  expect([second.code, second.err]).toEqual([1, expect.stringContaining(`port ${port} on 127.0.0.1 is taken`)]);
  await end();
});
