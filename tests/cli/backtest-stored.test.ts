/** `tradar data import`, then backtests, sweeps and validations over what it stored: the same as over the file. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { walk } from '#scripts/bench/walk.ts';
import { type TemporaryFolder, temporaryFolder } from '#tests/config/folder.ts';
import { inProcess } from './in-process.ts';
import { type Outcome, tradar } from './tradar.ts';

const HEADER = 'timestamp,open,high,low,close,volume';
const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

const MINUTES = [
  HEADER,
  ...walk('AAPL', 780, 5).map((bar) => `${stamp(bar.startsAt)},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}`),
  '',
].join('\n');

interface Told {
  readonly folder: string;
  readonly bars: number;
  readonly finalEquity: string;
  readonly fills: unknown[];
  readonly remarks: string[];
  readonly error?: { code: string; message: string; hint: string };
}

let folder: TemporaryFolder;
const run = (...args: string[]): Promise<Outcome> => tradar({ args, env: { TRADAR_HOME: `${folder.path}/home` } });
const json = async (...args: string[]): Promise<Told> => JSON.parse((await run(...args, '--json')).out) as Told;
const agent = ['--agent', 'ma-cross', '--set', 'fast=3', '--set', 'slow=9'];
const backtest = (...args: string[]): Promise<Told> => json('backtest', ...agent, ...args);

beforeAll(async () => {
  folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(`${folder.path}/AAPL.csv`, MINUTES);
  expect(await run('data', 'import', `${folder.path}/AAPL.csv`)).toMatchObject({ code: 0, err: '' });
});
afterAll(() => folder[Symbol.dispose]());

describe('tradar backtest --symbols', { timeout: 60_000 }, () => {
  test('trades on what was imported as on the file itself, and says which bars these were', async () => {
    const [stored, file] = await Promise.all([backtest('--symbols', 'AAPL'), backtest('--bars', `${folder.path}/AAPL.csv`)]);
    expect(stored.bars).toBe(780);
    expect(stored.fills.length).toBeGreaterThan(10);
    expect([stored.fills, stored.finalEquity]).toEqual([file.fills, file.finalEquity]);
    const config = JSON.parse(readFileSync(`${stored.folder}/config.json`, 'utf8')) as { data: unknown[] };
    expect(config.data).toEqual([
      { symbol: 'AAPL', file: 'stored AAPL 1Min raw', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown, bars: 780 },
    ]);
  });

  test('a range and a longer timeframe, as of the file', async () => {
    const part = ['--timeframe', '5Min', '--from', '2020-01-02T15:00:00Z', '--to', '2020-01-02T20:00:00Z'];
    const stored = await backtest('--symbols', 'AAPL', ...part);
    const file = await backtest('--bars', `${folder.path}/AAPL.csv`, ...part);
    expect(stored.bars).toBe(60);
    expect([stored.fills, stored.finalEquity]).toEqual([file.fills, file.finalEquity]);
  });

  test.each<[string, string[], RegExp, RegExp]>([
    ['nothing stored', ['--symbols', 'MSFT'], /there is no MSFT 1Min raw/, /there are no bars of MSFT: get them with "tradar data fetch/],
    [
      'a range without data',
      ['--symbols', 'AAPL', '--from', '2023-01-02'],
      /AAPL 1Min raw has no bar from 2023/,
      /there is AAPL 1Min raw from 2020-01-02T14:30/,
    ],
    ['splits that nobody knows', ['--symbols', 'AAPL', '--adjustment', 'all'], /AAPL/, /tradar data/],
  ])('%s', async (_, args, message, hint) => {
    const { error } = await backtest(...args);
    expect(error?.message).toMatch(message);
    expect(error?.hint).toMatch(hint);
  });

  test.each<[string, string[], RegExp]>([
    ['stored bars and files', ['--symbols', 'AAPL', '--bars', 'AAPL.csv'], /exclude each other/],
    ['an adjustment of a file', ['--bars', 'AAPL.csv', '--adjustment', 'raw'], /--adjustment is of stored bars/],
    ['a flag that there is not', ['--allow-gaps'], /allow-gaps/],
  ])('%s: wrong usage', async (_, args, err) => {
    expect(await inProcess('backtest', ...agent, ...args)).toMatchObject({ code: 2, err: expect.stringMatching(err) as unknown });
  });

  test('sweep and validate read them, too; workers elsewhere can not', async () => {
    const swept = ['sweep', '--agent', 'ma-cross', '--vary', 'fast=2,3', '--set', 'slow=30', '--objective', 'totalReturn', '--workers'];
    const [stored, file, remote, valid] = await Promise.all([
      run(...swept, '1', '--symbols', 'AAPL', '--json'),
      run(...swept, '1', '--bars', `${folder.path}/AAPL.csv`, '--json'),
      run(...swept, 'remote', '--symbols', 'AAPL'),
      run('validate', ...agent, '--only', 'lookAhead', '--workers', '1', '--symbols', 'AAPL', '--json'),
    ]);
    const best = ({ out }: Outcome): unknown => (JSON.parse(out) as { best: unknown }).best;
    expect(best(stored)).toMatchObject({ score: expect.any(Number) as unknown });
    expect(best(stored)).toEqual(best(file));
    expect(remote).toMatchObject({ code: 2, err: expect.stringContaining('tradar data export') as unknown });
    expect(JSON.parse(valid.out)).toMatchObject({ checks: { lookAhead: { state: 'pass' } } });
  });
});

describe('bars with gaps', { timeout: 60_000 }, () => {
  const lines = MINUTES.trimEnd().split('\n');

  test('of a file are told: how many, the first and its length; nights are none', async () => {
    // Without 15:00 to 15:59 and 17:00 to 17:39 of the first day.
    const holed = lines.filter((line) => !/^2020-01-02T(?:15:|17:[0-3])/.test(line));
    writeFileSync(`${folder.path}/HOLED.csv`, `${holed.join('\n')}\n`);
    const { remarks } = await backtest('--bars', `AAPL=${folder.path}/HOLED.csv`);
    const where = 'of 60 minutes, from 2020-01-02T15:00:00Z to 2020-01-02T16:00:00Z';
    expect(remarks).toContain(`${folder.path}/HOLED.csv has 2 gaps while the market was open; the first is ${where}`);
    const whole = await backtest('--bars', `${folder.path}/AAPL.csv`);
    expect(whole.remarks.filter((remark) => remark.includes('gap'))).toEqual([]);
  });
});

describe('bars with a split', { timeout: 60_000 }, () => {
  // Apple's own: four for one on 2020-08-31.
  const days = ['27', '28', '31'].map((day) => `2020-08-${day}T04:00:00Z`);
  const split = [HEADER, `${days[0]},506,506,500,500,1`, `${days[1]},504,505,498,499.23,1`, `${days[2]},127.58,131,126,129.04,1`, ''];
  const said = '499.23 to 127.58 on 2020-08-31 looks like a split of 4:1';

  test('regression: raw bars lost three quarters of a position over a split, and nobody said so', async () => {
    const [bars, actions] = [`${folder.path}/SPLIT.csv`, `${folder.path}/actions.csv`];
    writeFileSync(bars, split.join('\n'));
    writeFileSync(actions, 'symbol,ex_date,new_rate,old_rate,cash\nSPLIT,2020-08-31,4,1,\n');
    for (const file of [bars, actions]) expect((await run('data', 'import', file)).code).toBe(0);
    const stored = (adjustment: string) => backtest('--symbols', 'SPLIT', '--adjustment', adjustment);
    expect((await backtest('--bars', bars)).remarks).toContainEqual(expect.stringContaining(`SPLIT.csv: ${said}`));
    expect((await stored('raw')).remarks).toContainEqual(expect.stringContaining(`stored SPLIT 1Day raw: ${said}`));
    expect((await stored('split')).remarks.filter((remark) => remark.includes('split'))).toEqual([]);
  });
});
