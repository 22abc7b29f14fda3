/** `tradar data` as processes: fetch from a real exchange, killed in the middle; list, verify and remove what is there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadBars } from '#server/adapters/bars/load.ts';
import { keyOf } from '#tests/bars/rows.ts';
import { type TemporaryFolder, temporaryFolder } from '#tests/config/folder.ts';
import { type ServedExchange, servedExchange } from './served-exchange.ts';
import { type Outcome, tradar } from './tradar.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** More than a page of days, so that there is a middle. */
const DAYS = 10_400;
const MONDAY = Date.parse('2022-11-14T14:30:00Z');
const FIRST_DAY = Date.parse('2022-11-14T00:00:00Z') - DAYS * 86_400_000;
/** And the day of the minutes. */
const ALL_DAYS = DAYS + 1;
let exchange: ServedExchange;
let shared: TemporaryFolder;

const data = (home: string, ...args: string[]): Promise<Outcome> => tradar({ args: ['data', ...args], env: { TRADAR_HOME: home } });
const days = (): string[] => ['--symbols', 'BTC/USD', '--timeframe', '1Day', '--from', '1993-01-01', '--url', exchange.url];
const minutes = (): string[] => ['--symbols', 'NVDA', '--from', '2022-11-14', '--url', exchange.url];
const answer = (outcome: Outcome) => JSON.parse(outcome.out) as { series: { [key: string]: unknown; added: number }[] };

const csv = (count: number, from: number, stepMs: number): string =>
  [
    'timestamp,open,high,low,close,volume',
    ...Array.from({ length: count }, (_, i) => `${new Date(from + i * stepMs).toISOString()},100,101,99,100,7`),
    '',
  ].join('\n');

beforeAll(async () => {
  shared = temporaryFolder();
  const bars = join(shared.path, 'recorded');
  mkdirSync(bars);
  writeFileSync(join(bars, 'BTCUSD_days.csv'), csv(DAYS, FIRST_DAY, 86_400_000));
  writeFileSync(join(bars, 'BTCUSD_minutes.csv'), csv(30, MONDAY, 60_000));
  exchange = await servedExchange(['--bars', `${bars},random:NVDA:1:2022-11-14`, '--speed', 'step', '--once']);
  await exchange.control('/clock/step', { ms: 86_400_000 });
  expect(await data(shared.path, 'fetch', ...days(), '--json')).toMatchObject({ code: 0, err: '' });
  expect(await data(shared.path, 'fetch', ...minutes(), '--json')).toMatchObject({ code: 0, err: '' });
}, 60_000);
afterAll(async () => {
  await exchange[Symbol.asyncDispose]();
  shared[Symbol.dispose]();
});

describe('tradar data fetch', { timeout: 60_000 }, () => {
  test('killed in the middle, goes on from there: the same bars, none twice, none missing', async () => {
    using home = temporaryFolder();
    await exchange.control('/faults', { fault: 'latency', ms: 400, path: '/v1beta3/crypto/*' });
    const child = spawn(process.execPath, ['scripts/tradar.ts', 'data', 'fetch', ...days()], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', TRADAR_HOME: home.path },
      stdio: 'ignore',
    });
    const series = join(home.path, 'bars', 'BTC_USD', '1Day.raw', 'series.json');
    while (!existsSync(series) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGKILL');
    await once(child, 'exit');
    await exchange.control('/faults', {}, 'DELETE');
    const again = answer(await data(home.path, 'fetch', ...days(), '--json'));
    const [mine, theirs] = [home.path, shared.path].map((path) => loadBars({ home: path, ...keyOf('BTC/USD', '1Day') }));
    expect(mine).toEqual(theirs);
    expect(mine?.length).toBe(ALL_DAYS);
    expect(again.series).toMatchObject([{ symbol: 'BTC/USD', added: ALL_DAYS - 10_000, pages: 1 }]);
  });

  test('once more asks for nothing new, in words and as JSON', async () => {
    const outcome = await data(shared.path, 'fetch', ...minutes());
    expect(outcome).toMatchObject({ code: 0, err: '', out: 'NVDA 1Min raw: nothing new, 0 splits and dividends\n' });
  });

  test('of a symbol that does not exist, and of bars of another source', async () => {
    const unknown = await data(shared.path, 'fetch', '--symbols', 'NOPE', '--from', '2022-11-14', '--url', exchange.url);
    expect(unknown).toMatchObject({ code: 1, out: 'NOPE 1Min raw: no bars; check the symbol and the range\n' });
    const other = await data(shared.path, 'fetch', ...minutes(), '--feed', 'sip', '--json');
    expect(other.code).toBe(1);
    expect(JSON.parse(other.out)).toMatchObject({
      error: {
        code: 'barsSource',
        message: expect.stringContaining('NVDA 1Min raw holds bars of exchange/iex; these are of exchange/sip'),
      },
    });
  });

  test('refused keys are told as such', async () => {
    using home = temporaryFolder();
    await using strict = await servedExchange(['--keys', keyFile(home.path), '--random', '--symbols', 'NVDA']);
    const args = ['data', 'fetch', '--symbols', 'NVDA', '--from', '2024-01-06', '--url', strict.url];
    const refused = await tradar({ args, env: { TRADAR_HOME: home.path } });
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('refused the keys')]);
    const taken = await tradar({ args, env: { TRADAR_HOME: home.path, TRADAR_EXCHANGE_KEYS: 'id:hunter2' } });
    expect(taken.err).not.toContain('refused');
    expect(JSON.stringify([refused, taken])).not.toContain('hunter2');
  });
});

function keyFile(folder: string): string {
  const path = join(folder, 'keys');
  writeFileSync(path, 'id:hunter2\n', { mode: 0o600 });
  return path;
}

describe('tradar data list, verify and remove', { timeout: 60_000 }, () => {
  test('list is a table, or JSON', async () => {
    const [plain, json] = await Promise.all([data(shared.path, 'list', '--symbols', 'NVDA'), data(shared.path, 'list', '--json')]);
    expect([plain.code, json.code]).toEqual([0, 0]);
    expect(plain.out).toMatch(/^symbol +timeframe +adjustment +from +to +bars +gaps +source +size\nNVDA +1Min +raw +2022-11-14T14:30:00Z/);
    expect(answer(json).series).toMatchObject([
      { symbol: 'BTC/USD', timeframe: '1Day', source: 'exchange/crypto', bars: ALL_DAYS },
      { symbol: 'NVDA', timeframe: '1Min', adjustment: 'raw', source: 'exchange/iex', gaps: 0, adjustedAt: null },
    ]);
    const missing = await data(shared.path, 'list', '--symbols', 'MSFT');
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('there are bars of BTC/USD, NVDA')]);
  });

  test('verify ends with 0 on sound bars and with 1 on damage; remove takes both', async () => {
    using home = temporaryFolder();
    cpSync(shared.path, home.path, { recursive: true });
    expect(await data(shared.path, 'verify', '--max-gap', '60')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/NVDA 1Min raw: [\d,]+ bars, all is well/),
    });
    const folder = join(home.path, 'bars', 'NVDA', '1Min.raw');
    const segment = join(folder, readdirSync(folder).find((file) => file.endsWith('.bars'))!);
    const bytes = readFileSync(segment);
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(segment, bytes);
    const [damaged, listed] = await Promise.all([data(home.path, 'verify', '--json'), data(home.path, 'list')]);
    expect(damaged.code).toBe(1);
    const report = JSON.parse(damaged.out) as { ok: boolean; series: { symbol: string; damage: unknown }[] };
    expect([report.ok, report.series.map(({ symbol, damage }) => [symbol, damage === null])]).toEqual([
      false,
      [
        ['BTC/USD', true],
        ['NVDA', false],
      ],
    ]);
    expect([listed.code, listed.out]).toEqual([1, expect.stringContaining('its checksum is wrong')]);
    const removed = await data(home.path, 'remove', '--symbols', 'NVDA,BTC/USD', '--all');
    expect(removed).toMatchObject({ code: 0, out: expect.stringContaining('NVDA: splits and dividends removed') });
    expect(readdirSync(join(home.path, 'bars'))).toEqual(['.locks']);
    expect(await data(home.path, 'verify')).toMatchObject({ code: 0, err: 'nothing is stored\n' });
  });
});
