/** The metrics and the HTML report of `tradar backtest`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { walk } from '#scripts/bench/walk.ts';
import { byId, byName, parsePage, textOf } from '#tests/backtest/report/page.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { inProcess } from './in-process.ts';

const stamp = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

const BARS = [
  'timestamp,open,high,low,close,volume',
  ...walk('AAPL', 3_000, 5).map((bar) => `${stamp(bar.startsAt)},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}`),
  '',
].join('\n');

function place() {
  const folder = temporaryFolder();
  writeFileSync(`${folder.path}/AAPL.csv`, BARS);
  return folder;
}

const ARGS = ['--agent', 'ma-cross', '--set', 'fast=5', '--set', 'slow=15', '--hours', 'always', '--commission', 'percent:0.0001'];

test('metrics{} is what `tradar metrics` makes of the folder, and is kept there', async () => {
  using folder = place();
  const [bars, out] = [`${folder.path}/AAPL.csv`, `${folder.path}/run`];
  const terms = ['--risk-free', '0.03', '--benchmark', bars, '--periods-per-year', '98280'];
  const run = await inProcess('backtest', ...ARGS, '--bars', bars, '--out', out, ...terms, '--json');
  expect(run).toMatchObject({ code: 0, err: '' });
  const { metrics, trades, html } = JSON.parse(run.out) as { metrics: Record<string, unknown>; trades: unknown[]; html: null };
  expect(trades.length).toBeGreaterThan(50);
  expect(metrics).toMatchObject({ trades: trades.length, period: 'point', riskFree: 0.03, periodsPerYear: 98_280 });
  expect(html).toBeNull();
  expect(JSON.parse(readFileSync(`${out}/result.json`, 'utf8'))).toMatchObject({ metrics });
  const again = await inProcess('metrics', '--equity', `${out}/equity.csv`, '--trades', `${out}/trades.csv`, ...terms, '--json');
  const others = JSON.parse(again.out) as Record<string, unknown>;
  expect(Object.keys(others)).toEqual(Object.keys(metrics));
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value === 'number')
      expect({ name, differs: Math.abs(value - (others[name] as number)) > 1e-6 * Math.abs(value) }).toEqual({ name, differs: false });
    else expect({ name, value: others[name] }).toEqual({ name, value });
  }
});

test('--html writes a whole page about this run; the text shows the first figures', async () => {
  using folder = place();
  const [bars, out, html] = [`${folder.path}/AAPL.csv`, `${folder.path}/run`, `${folder.path}/report.html`];
  const run = await inProcess('backtest', ...ARGS, '--bars', bars, '--out', out, '--html', html);
  expect(run).toMatchObject({ code: 0, err: '' });
  expect(run.out).toMatch(/\n {2}Sharpe ratio +-?[\d.]+ ± [\d.]+\n/);
  expect(run.out).toContain('remark: returns are those of');
  expect(run.out).toContain(`the report: ${html}`);
  const page = parsePage(readFileSync(html, 'utf8'));
  expect(textOf(byName(page, 'h1')[0]!)).toBe('ma-cross on AAPL');
  expect(textOf(byId(page, 'agents'))).toContain('ma-cross');
  expect(textOf(byId(page, 'remarks'))).toContain('Commission: 0.01 % of each fill’s value.');
  const { data, code } = JSON.parse(readFileSync(`${out}/config.json`, 'utf8')) as {
    data: { sha256: string }[];
    code: { version: string };
  };
  expect(textOf(byId(page, 'provenance'))).toContain(`sha256 ${data[0]!.sha256}`);
  expect(textOf(byId(page, 'provenance'))).toContain(code.version);
  expect(readdirSync(folder.path).toSorted()).toEqual(['AAPL.csv', 'report.html', 'run']);
});

test('a report that can not be written is refused before anything is run', async () => {
  using folder = place();
  mkdirSync(`${folder.path}/here`);
  for (const [html, fault] of [
    [`${folder.path}/nowhere/report.html`, 'can not be written: ENOENT'],
    [`${folder.path}/here`, 'is a folder'],
  ] as const) {
    const { code, err } = await inProcess(
      'backtest',
      ...ARGS,
      '--bars',
      `${folder.path}/AAPL.csv`,
      '--out',
      `${folder.path}/run`,
      '--html',
      html,
    );
    expect({ code, said: err.includes(fault) }).toEqual({ code: 2, said: true });
  }
  expect(existsSync(`${folder.path}/run`)).toBe(false);
});
