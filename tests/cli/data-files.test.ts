/** `tradar data import` and `export` as processes: killed in the middle, two at once, without room, and there and back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadBars } from '#server/adapters/bars/load.ts';
import { keyOf } from '#tests/bars/rows.ts';
import { type TemporaryFolder, temporaryFolder } from '#tests/config/folder.ts';
import { type Outcome, tradar } from './tradar.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HEADER = 'timestamp,open,high,low,close,volume';
/** Several segments, so that there is a middle. */
const LONG = 300_000;
let files: TemporaryFolder;
let long: string;

const csv = (count: number, from: number): string =>
  [
    HEADER,
    ...Array.from(
      { length: count },
      (_, i) => `${new Date(from + i * 60_000).toISOString().slice(0, 19)}Z,100,101.25,99.5,100.75,${i % 1_000}`,
    ),
    '',
  ].join('\n');

const data = (home: string, ...args: string[]): Promise<Outcome> => tradar({ args: ['data', ...args], env: { TRADAR_HOME: home } });
const folderIn = (home: string): string => join(home, 'bars', 'BTC_USD', '1Min.raw');

beforeAll(() => {
  files = temporaryFolder();
  long = join(files.path, 'BTCUSD_long.csv.gz');
  writeFileSync(long, gzipSync(csv(LONG, Date.UTC(2020, 0, 1)), { level: 1 }));
});
afterAll(() => files[Symbol.dispose]());

describe('tradar data import', { timeout: 60_000 }, () => {
  test('killed in the middle leaves nothing that could be taken for whole, and the next goes in whole', async () => {
    using home = temporaryFolder();
    const child = spawn(process.execPath, ['scripts/tradar.ts', 'data', 'import', long], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', TRADAR_HOME: home.path },
      stdio: 'ignore',
    });
    const folder = folderIn(home.path);
    const segments = (): string[] => (existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.bars')) : []);
    while (segments().length === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect([segments().length > 0, existsSync(join(folder, 'series.json'))]).toEqual([true, false]);
    expect(await data(home.path, 'list')).toMatchObject({ code: 0, out: '' });
    const again = await data(home.path, 'import', long, '--json');
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(again.out)).toEqual({
      files: [
        {
          file: long,
          symbol: 'BTC/USD',
          timeframe: '1Min',
          adjustment: 'raw',
          bars: LONG,
          added: LONG,
          same: 0,
          changed: 0,
          from: '2020-01-01T00:00:00Z',
          to: '2020-07-27T08:00:00Z',
          leftOut: [],
        },
      ],
    });
    expect(segments().length).toBe(Math.ceil(LONG / 65_536));
  });

  test('two at once into one series: both are there, none twice', async () => {
    using home = temporaryFolder();
    const other = join(files.path, 'BTCUSD_other.csv');
    writeFileSync(
      other,
      csv(100_000, Date.UTC(2020, 0, 1) + (LONG - 50_000) * 60_000).replaceAll(/,\d+$/gm, (volume) => volume),
    );
    const half = join(files.path, 'BTCUSD_half.csv');
    writeFileSync(half, csv(LONG - 50_000, Date.UTC(2020, 0, 1)));
    const outcomes = await Promise.all([data(home.path, 'import', half), data(home.path, 'import', other)]);
    expect(outcomes.map(({ code, err }) => [code, err])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const { length, startsAt } = loadBars({ home: home.path, ...keyOf('BTC/USD') });
    expect([length, startsAt[length - 1]]).toEqual([LONG + 50_000, Date.UTC(2020, 0, 1) + (LONG + 50_000 - 1) * 60_000]);
  });

  test('without room on the disk: said so, and what was there is as it was', async () => {
    using home = temporaryFolder();
    const small = join(files.path, 'BTCUSD_small.csv');
    writeFileSync(small, csv(100, Date.UTC(2019, 11, 31)));
    await data(home.path, 'import', small);
    const before = readdirSync(folderIn(home.path));
    // No file may be longer than this many blocks; the signal that comes with it would end the process.
    const script = `trap '' XFSZ; ulimit -f 100; exec "${process.execPath}" scripts/tradar.ts data import --json "${long}"`;
    const child = spawn('sh', ['-c', script], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', TRADAR_HOME: home.path },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'barsUnwritable', errno: 'EFBIG', hint: expect.stringContaining('what was stored before is unchanged') },
    });
    expect(readdirSync(folderIn(home.path))).toEqual(before);
    expect(loadBars({ home: home.path, ...keyOf('BTC/USD') }).length).toBe(100);
  });

  test('several files: what is wrong with one is told with its line, and the others go in', async () => {
    using home = temporaryFolder();
    const [good, bad] = [join(files.path, 'AAPL_2020.csv'), join(files.path, 'MSFT_2020.csv')];
    writeFileSync(good, csv(10, Date.UTC(2020, 0, 2, 15)));
    writeFileSync(bad, csv(10, Date.UTC(2020, 0, 2, 15)).replace('15:03:00Z,100', '15:03:00Z,-100'));
    const plain = await data(home.path, 'import', bad, good);
    expect(plain).toMatchObject({ code: 1, out: expect.stringContaining(`${good}: AAPL 1Min raw, 10 of 10 bars are new`) });
    expect(plain.err).toContain(`${bad}, line 5: open is -100`);
    const one = await data(home.path, 'import', bad, '--json');
    expect([one.code, JSON.parse(one.out)]).toMatchObject([1, { error: { code: 'barFile', file: bad, line: 5 } }]);
  });
});

describe('tradar data export', { timeout: 60_000 }, () => {
  test('is read back the same, to a file and to stdout; longer and adjusted bars are made', async () => {
    using home = temporaryFolder();
    const path = join(files.path, 'NVDA.csv');
    const text = csv(390, Date.UTC(2020, 0, 2, 14, 30));
    writeFileSync(path, text);
    await data(home.path, 'import', path);
    const out = join(files.path, 'out.csv.gz');
    const [file, stdout, longer, split] = await Promise.all([
      data(home.path, 'export', '--symbol', 'NVDA', '--out', out, '--json'),
      data(home.path, 'export', '--symbol', 'NVDA'),
      data(home.path, 'export', '--symbol', 'NVDA', '--timeframe', '1Hour'),
      data(home.path, 'export', '--symbol', 'NVDA', '--adjustment', 'split'),
    ]);
    expect(file.code).toBe(0);
    expect(JSON.parse(file.out)).toMatchObject({ file: out, bytes: readFileSync(out).length });
    expect(gunzipSync(readFileSync(out)).toString()).toBe(text);
    expect(stdout).toMatchObject({ code: 0, out: text, err: '' });
    expect(longer.out.split('\n')[1]).toBe('2020-01-02T14:00:00Z,100,101.25,99.5,100.75,435');
    expect([split.code, split.err]).toEqual([1, expect.stringContaining('splits and dividends of NVDA are not known')]);
  });
});
