/** The kill switch where no daemon is: the sentinel stands first, whatever else fails. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { announceExchange } from '#server/exchange/wire/announce.ts';
import { startDemoExchange } from '#server/exchange/wire/demo.ts';
import { DEMO_KEYS } from '#server/exchange/wire/demo-keys.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { servedExchange } from './served-exchange.ts';
import { tradar } from './tradar.ts';

interface ErrorOutput {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}

const errorOf = (out: string) => (JSON.parse(out) as ErrorOutput).error;

test('without a daemon: the sentinel is set, it is said that it will hold, and where to go', async () => {
  using folder = temporaryFolder();
  const home = join(folder.path, 'home');
  const { code, out } = await tradar({ args: ['kill', '--json', '--reason', 'smoke'], env: { TRADAR_HOME: home } });
  expect(code).toBe(1);
  expect(readFileSync(join(home, 'KILL'), 'utf8')).toContain('smoke');
  expect(errorOf(out)).toMatchObject({ code: 'notRunning', message: expect.stringContaining('will hold the next start at halt') });
  expect(errorOf(out).hint).toContain('tradar kill --direct');
});

test('without a daemon a part of the account can not be stopped: it is not said that the sentinel failed, which is not meant for it', async () => {
  using home = temporaryFolder();
  for (const of of [
    ['--level', 'reduceOnly'],
    ['--scope', 'symbol:AAPL'],
  ]) {
    const { code, out } = await tradar({ args: ['kill', '--json', ...of], env: { TRADAR_HOME: home.path } });
    expect({ code, error: errorOf(out).code }).toEqual({ code: 1, error: 'notRunning' });
    expect(errorOf(out).message).toContain('nothing was stopped, since the sentinel file is for the whole account');
    expect(errorOf(out).hint).toContain('tradar kill --level halt');
    expect(existsSync(join(home.path, 'KILL'))).toBe(false);
  }
});

test.each([
  ['a scope beside --direct was ignored, and the whole account closed', ['--direct', '--level', 'flatten', '--scope', 'symbol:AAPL']],
  ['a release whose --release was forgotten cancelled everything', ['--latch', '7', '--note', 'ok', '--phrase', 'release halt 7']],
  ['a release of a scope', ['--release', '--latch', '7', '--note', 'ok', '--phrase', 'release halt 7', '--scope', 'symbol:AAPL']],
])('wrong usage: %s', async (_what, args) => {
  using home = temporaryFolder();
  const { code, out } = await tradar({ args: ['kill', '--json', ...args], env: { TRADAR_HOME: home.path } });
  expect({ code, error: errorOf(out).code }).toEqual({ code: 2, error: 'usage' });
  expect(existsSync(join(home.path, 'KILL'))).toBe(false);
});

test('a sentinel that can not be written is told, and the rest is tried all the same', async () => {
  using home = temporaryFolder();
  mkdirSync(join(home.path, 'KILL'));
  const { code, out } = await tradar({ args: ['kill', '--json'], env: { TRADAR_HOME: home.path } });
  expect({ code, error: errorOf(out).code }).toEqual({ code: 1, error: 'notRunning' });
  expect(errorOf(out).message).toContain('the sentinel file could not be set either');
});

test('a broken configuration does not keep it from the sentinel', async () => {
  using home = temporaryFolder();
  writeFileSync(join(home.path, 'tradar.json'), '{ broken');
  const { code, out } = await tradar({ args: ['kill', '--json'], env: { TRADAR_HOME: home.path, TRADAR_MODE: 'live', TRADAR_X: '1' } });
  expect({ code, error: errorOf(out).code }).toEqual({ code: 1, error: 'notRunning' });
  expect(existsSync(join(home.path, 'KILL'))).toBe(true);
});

test('a release that was killed where no daemon runs left no sentinel: the file is not touched', async () => {
  using home = temporaryFolder();
  writeFileSync(join(home.path, 'KILL'), 'by hand\n');
  const { ino, mtimeMs } = statSync(join(home.path, 'KILL'));
  const { code } = await tradar({
    args: ['kill', '--release', '--latch', '7', '--note', 'ok', '--phrase', 'release halt 7'],
    env: { TRADAR_HOME: home.path },
  });
  expect(code).toBe(1);
  expect(readFileSync(join(home.path, 'KILL'), 'utf8')).toBe('by hand\n');
  expect(statSync(join(home.path, 'KILL'))).toMatchObject({ ino, mtimeMs });
});

test('--direct on a demo that died says that its exchange died with it', async () => {
  using home = temporaryFolder();
  const { code, out } = await tradar({ args: ['kill', '--direct', '--json'], env: { TRADAR_HOME: home.path } });
  expect({ code, error: errorOf(out).code }).toEqual({ code: 1, error: 'exchangeGone' });
  expect(existsSync(join(home.path, 'KILL'))).toBe(true);
});

test('--direct asks the exchange that answers, and confirms by its lists, with a broken configuration too', async () => {
  using home = temporaryFolder();
  const barsFolder = new URL('../../config/demo-bars', import.meta.url).pathname;
  const exchange = await startDemoExchange({ barsFolder, keyId: DEMO_KEYS.id, secretKey: DEMO_KEYS.secret });
  try {
    const headers = { 'apca-api-key-id': DEMO_KEYS.id, 'apca-api-secret-key': DEMO_KEYS.secret, 'content-type': 'application/json' };
    const order = { symbol: 'BTC/USD', qty: '0.1', side: 'buy', type: 'limit', limit_price: '200', time_in_force: 'gtc' };
    const placed = await fetch(`${exchange.url}/v2/orders`, { method: 'POST', headers, body: JSON.stringify(order) });
    expect(placed.status).toBe(200);
    mkdirSync(join(home.path, 'exchange'));
    await announceExchange(join(home.path, 'exchange'), exchange.url);
    const { code, out } = await tradar({ args: ['kill', '--direct', '--json'], env: { TRADAR_HOME: home.path, TRADAR_LOG_LEVEL: 'loud' } });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ broker: exchange.url, confirmed: true, cancelled: 1, remaining: { orders: [] } });
  } finally {
    await exchange.close();
  }
});

test('--direct goes where the last daemon of the home was, not to the default mode', async () => {
  using home = temporaryFolder();
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  const last = { pid: child.pid, url: 'http://127.0.0.1:1', startedAt: '2026-01-01T00:00:00.000Z', mode: 'paper' };
  writeFileSync(join(home.path, 'daemon.json'), JSON.stringify(last));
  const { code, out } = await tradar({ args: ['kill', '--direct', '--json'], env: { TRADAR_HOME: home.path } });
  expect(code).toBe(2);
  expect(errorOf(out)).toMatchObject({ code: 'config', message: expect.stringContaining('paper mode needs API keys') });
});

test('--direct goes to the exchange that demo.exchangeUrl names, and says when that one is silent', async () => {
  using home = temporaryFolder();
  const kill = async (exchangeUrl: string) => {
    writeFileSync(join(home.path, 'tradar.json'), JSON.stringify({ demo: { exchangeUrl } }));
    return await tradar({ args: ['kill', '--direct', '--json'], env: { TRADAR_HOME: home.path } });
  };
  await using exchange = await servedExchange(['--random']);
  const reached = await kill(exchange.url);
  expect({ code: reached.code, ...JSON.parse(reached.out) }).toMatchObject({ code: 0, confirmed: true, broker: exchange.url });
  const silent = await kill('http://127.0.0.1:1');
  expect({ code: silent.code, error: errorOf(silent.out) }).toMatchObject({
    code: 1,
    error: { code: 'exchangeGone', message: expect.stringContaining('http://127.0.0.1:1 (demo.exchangeUrl)') },
  });
});
