/** `tradar metrics` over files, good ones and bad ones. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { measure } from '#server/backtest/metrics/summary.ts';
import { parseEquityFile } from '#server/backtest/sheets/equity-file.ts';
import { parseTradesFile } from '#server/backtest/sheets/trades-file.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { inProcess } from './in-process.ts';
import { tradar } from './tradar.ts';

const EQUITY = 'date,equity\n2024-01-08,100\n2024-01-09,110\n2024-01-10,99\n2024-01-11,108.9\n';
const TRADES = 'profit,entered_at,exited_at\n10,2024-01-08,2024-01-09\n-1.1,2024-01-09,2024-01-11\n';
const BENCHMARK =
  'timestamp,close\n2024-01-08T00:00:00Z,50\n2024-01-09T00:00:00Z,52.5\n2024-01-10T00:00:00Z,49.875\n2024-01-11T00:00:00Z,52.36875\n';

test('the same figures as JSON, from a gzipped file, and as a table', async () => {
  using folder = temporaryFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  writeFileSync(at('equity.csv'), EQUITY);
  writeFileSync(at('equity.csv.gz'), gzipSync(EQUITY));
  writeFileSync(at('trades.csv'), TRADES);
  writeFileSync(at('benchmark.csv'), BENCHMARK);
  const terms = ['--trades', at('trades.csv'), '--benchmark', at('benchmark.csv'), '--periods-per-year', '365', '--risk-free', '0.04'];
  const [json, packed, table] = await Promise.all([
    tradar({ args: ['metrics', '--equity', at('equity.csv'), ...terms, '--json'] }),
    inProcess('metrics', '--equity', at('equity.csv.gz'), ...terms, '--json'),
    inProcess('metrics', '--equity', at('equity.csv'), '--trades', at('trades.csv')),
  ]);
  expect([json.code, json.err, packed.out, table.code]).toEqual([0, '', json.out, 0]);
  const [curve, benchmark] = [EQUITY, BENCHMARK].map((text) => parseEquityFile({ name: '', text }));
  const trades = parseTradesFile({ name: '', text: TRADES });
  expect(JSON.parse(json.out)).toEqual(measure({ curve: curve!, trades }, { benchmark, periodsPerYear: 365, riskFree: 0.04 }));
  expect(table.out).toMatch(/Total return +8\.90 % {2}totalReturn/);
  expect(table.out).toMatch(/Sharpe ratio +4\.583 {2}sharpe/);
  expect(table.out).toMatch(/Win rate +50\.00 % {2}winRate/);
  expect(table.out).not.toContain('Against the benchmark');
  expect(table.err).toContain('remark: the curve spans 3 days: figures by the year are extrapolated');
});

test.for([
  [[], '--equity is missing', '--equity FILE'],
  [['--equity', '/nowhere.csv'], '/nowhere.csv can not be read: ENOENT', 'give --equity a CSV file'],
  [['--equity', 'x', '--periods-per-year', 'daily'], '--periods-per-year daily is not a number', '252'],
  [['--equity', 'x', '--periods-per-year', '0'], '--periods-per-year is not above 0', '252'],
  [['--equity', 'x', '--risk-free', '4'], '--risk-free 4 is no fraction', '0.04'],
  [['--equity', 'x', '--benchmrk', 'y'], 'has no --benchmrk', 'did you mean --benchmark?'],
] as const)('%j is wrong usage', async ([args, message, hint]) => {
  const { code, out, err } = await inProcess('metrics', ...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err).toContain(hint);
});

test('a file that can not be believed is refused by file and line, with nothing printed', async () => {
  using folder = temporaryFolder();
  const [file, half] = [`${folder.path}/bad.csv`, `${folder.path}/half.csv.gz`];
  writeFileSync(file, `${EQUITY}2024-01-10,5\n`);
  writeFileSync(half, gzipSync(EQUITY).subarray(0, 40));
  const [plain, json, cut] = await Promise.all([
    inProcess('metrics', '--equity', file),
    inProcess('metrics', '--equity', file, '--json'),
    inProcess('metrics', '--equity', half),
  ]);
  expect({ code: plain.code, out: plain.out }).toEqual({ code: 1, out: '' });
  expect(plain.err).toContain(`${file}, line 6: 2024-01-10 comes after a later line\n  sort the file`);
  expect(JSON.parse(json.out)).toMatchObject({ error: { code: 'csvFile', file, line: 6 } });
  expect([cut.code, cut.err]).toEqual([1, expect.stringContaining('is not a whole gzip file')]);
});
