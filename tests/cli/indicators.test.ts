/** `tradar indicators` over files of bars, good ones and bad ones. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { walk } from '#scripts/bench/walk.ts';
import { Macd } from '#server/indicators/macd.ts';
import { indicators } from '#server/indicators/registry.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { tradar } from './tradar.ts';

const bars = walk('AAPL', 60, 9);
const text = [
  'timestamp,open,high,low,close,volume',
  ...bars.map(
    (bar) => `${new Date(bar.startsAt).toISOString().replace('.000', '')},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}`,
  ),
  '',
].join('\n');

test('a line for every bar, blank before the warm-up, unrounded; the same as JSON, and from a gzipped file', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  const [plain, packed] = [`${folder.path}/a.csv`, `${folder.path}/a.csv.gz`];
  writeFileSync(plain, text);
  writeFileSync(packed, gzipSync(text));
  const asked = ['indicators', 'MACD', '--set', 'fast=3', '--set', 'slow=6', '--set', 'signal=2', '--bars'];
  const [csv, json] = await Promise.all([tradar({ args: [...asked, plain] }), tradar({ args: [...asked, packed, '--json'] })]);
  expect([csv.code, csv.err, json.code]).toEqual([0, '', 0]);
  const kernel = new Macd({ fast: 3, slow: 6, signal: 2, aligned: false });
  const [header, ...lines] = csv.out.trimEnd().split('\n');
  expect(header).toBe('timestamp,macd,signal,histogram');
  const report = JSON.parse(json.out) as { indicator: string; warmUp: number[]; rows: Record<string, unknown>[] };
  expect(report).toMatchObject({ indicator: 'macd', params: { fast: 3, seeding: 'own' }, warmUp: [6, 7, 7] });
  expect([lines.length, report.rows.length]).toEqual([bars.length, bars.length]);
  bars.forEach((bar, nth) => {
    const { macd, signal, histogram } = kernel.next(bar.close);
    const cells = [macd, signal, histogram].map((value) => (Number.isNaN(value) ? '' : String(value)));
    expect(lines[nth]?.split(',').slice(1)).toEqual(cells);
    expect(Object.values(report.rows[nth]!).slice(1)).toEqual(cells.map((cell) => (cell === '' ? null : Number(cell))));
  });
});

test('--list tells every indicator with parameters and outputs', async () => {
  const { code, out } = await tradar({ args: ['indicators', '--list', '--json'] });
  expect(code).toBe(0);
  const listed = JSON.parse(out) as { name: string; params: { name: string; values: string }[] }[];
  expect(listed.map(({ name }) => name)).toEqual(Object.keys(indicators));
  expect(listed.find(({ name }) => name === 'rsi')?.params).toMatchObject([{ name: 'period', default: 14, values: 'whole, 1 to 5000' }]);
});

test.for([
  [['rsu'], 'there is no indicator "rsu"', 'did you mean rsi?'],
  [[], 'which indicator?', 'tradar indicators --list'],
  [['rsi', '--set', 'perid=3'], 'rsi has no parameter perid', 'did you mean period?'],
  [['rsi', '--set', 'period'], '--set period is not a parameter', 'give it as --set period=14'],
  [['rsi', '--set', 'period=0', '--bars', 'x'], 'rsi can not have period=0', 'whole, 1 to 5000'],
  [['macd', '--set', 'fast=30', '--bars', 'x'], 'macd can not have fast=30: fast must be smaller than slow', 'fast'],
  [['rsi'], '--bars is missing', '--bars FILE'],
  [['rsi', '--bars', '/nowhere.csv'], '/nowhere.csv can not be read: ENOENT', 'CSV'],
] as const)('%j is wrong usage', async ([args, message, hint]) => {
  const { code, out, err } = await tradar({ args: ['indicators', ...args] });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err).toContain(hint);
});

const line = (nth: number): string => text.split('\n')[nth]!;

test.for([
  ['empty', '', 1, 'the file is empty'],
  ['twice', [line(0), line(1), line(1), ''].join('\n'), 3, 'is there twice'],
  ['unsorted', [line(0), line(2), line(1), ''].join('\n'), 3, 'comes after a later bar'],
  ['not a number', `${line(0)}\n${line(1).replace(/[^,]+$/, 'NaN')}\n`, 2, 'volume is "NaN", not a number'],
  ['negative', `${line(0)}\n${line(1).replace(/,\d/, ',-1')}\n`, 2, 'a price is above zero'],
  ['cut off', text.slice(0, -10), 61, 'does not end in a newline'],
] as const)('a file that is %s is refused by file and line, with nothing printed', async ([name, content, nth, fault]) => {
  using folder = temporaryFolder();
  const file = `${folder.path}/${name}.csv`;
  writeFileSync(file, content);
  const [plain, json] = await Promise.all([
    tradar({ args: ['indicators', 'sma', '--bars', file] }),
    tradar({ args: ['indicators', 'sma', '--bars', file, '--json'] }),
  ]);
  expect({ code: plain.code, out: plain.out }).toEqual({ code: 1, out: '' });
  expect(plain.err).toContain(`${file}, line ${nth}: `);
  expect(plain.err).toContain(fault);
  expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'barFile', file, line: nth } });
});

test('half a gzip file is refused', async () => {
  using folder = temporaryFolder();
  const file = `${folder.path}/half.csv.gz`;
  writeFileSync(file, gzipSync(text).subarray(0, 200));
  const { code, err } = await tradar({ args: ['indicators', 'sma', '--bars', file] });
  expect(code).toBe(1);
  expect(err).toContain(`${file} is not a whole gzip file`);
});
