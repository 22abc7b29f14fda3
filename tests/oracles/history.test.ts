/** Stored history against others: every file of real data goes in or is refused by line; adjusted prices are those of Tiingo and Lean. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importActions } from '#server/adapters/bars/import-actions.ts';
import { importBars } from '#server/adapters/bars/import-csv.ts';
import { inspectSeries } from '#server/adapters/bars/inspect.ts';
import { loadBars } from '#server/adapters/bars/load.ts';
import { BarFileError } from '#server/domain/bar-file.ts';
import { symbolOfFile } from '#server/domain/file-symbol.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { keyOf } from '#tests/bars/rows.ts';
import { temporaryFolder } from '#tests/config/folder.ts';

const SHARED = join(import.meta.dirname, '../../../shared');
const DATA = join(SHARED, 'data');
const isThere = existsSync(DATA);
const REASON = '../shared/data is not beside this checkout: imports and adjustments are NOT held against others';
if (!isThere) console.warn(REASON);

const NOW = Date.parse('2026-11-26T00:00:00Z');
const files = isThere
  ? readdirSync(DATA, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.csv.gz'))
      .sort()
  : [];
const read = (file: string): string => gunzipSync(readFileSync(join(DATA, file))).toString('utf8');
const taken = (home: string, file: string, symbol = symbolOfFile(basename(file))) =>
  importBars({
    home,
    path: join(DATA, file),
    symbol: symbol as AssetSymbol,
    timeframe: undefined,
    adjustment: 'raw',
    source: 'csv',
    replace: false,
    now: NOW,
    onBytes: () => undefined,
  });

describe.runIf(isThere)('every file of bars', () => {
  const NAMES: Readonly<Record<string, string>> = {
    minute: '1Min',
    '5min': '5Min',
    hour: '1Hour',
    '4hour': '4Hour',
    daily: '1Day',
    monthly: '1Month',
  };
  const bars = files.filter((file) => !/quotes|ticks|second|corporate/.test(file));

  it('goes in, with the timeframe that its folder says and as many bars as it has lines', { timeout: 120_000 }, async () => {
    for (const file of bars) {
      using home = temporaryFolder();
      const { key, added } = await taken(home.path, file);
      expect([file, key.timeframe.name, added]).toEqual([file, NAMES[file.split('/')[1]!], read(file).trimEnd().split('\n').length - 1]);
    }
    expect(bars.length).toBeGreaterThan(130);
  });

  it.each(files.filter((file) => /quotes|ticks|second/.test(file)))(
    '%s holds no bars of minutes or longer, and is refused by line',
    async (file) => {
      using home = temporaryFolder();
      const error: unknown = await taken(home.path, file).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BarFileError);
      expect((error as BarFileError).line).toBe(file.includes('second') ? 3 : 1);
    },
  );
});

describe.runIf(isThere)('adjustment', () => {
  const tiingo = files.filter((file) => file.includes('equity/daily') && file.includes('tiingo'));

  it.each(tiingo)('of %s is what Tiingo says', async (file) => {
    using home = temporaryFolder();
    const symbol = symbolOfFile(basename(file)) as AssetSymbol;
    const rows = read(file)
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    // timestamp,open,high,low,close,volume,adj_open,adj_high,adj_low,adj_close,adj_volume,div_cash,split_factor
    // Tiingo divides the close of the ex-date by itself and the dividend; as 1 − dividend ÷ close before, that is a close
    // before of both together.
    const actions = rows.flatMap(([stamp = '', , , , close = '', , , , , , , cash = '0', factor = '1']) => [
      ...(Number(factor) === 1 ? [] : [`${symbol},${stamp.slice(0, 10)},${factor},1,,`]),
      ...(Number(cash) === 0 ? [] : [`${symbol},${stamp.slice(0, 10)},,,${cash},${Number(close) + Number(cash)}`]),
    ]);
    await taken(home.path, file);
    const path = join(home.path, 'actions.csv');
    writeFileSync(path, `${['symbol,ex_date,new_rate,old_rate,cash,close_before', ...actions].join('\n')}\n`);
    if (actions.length > 0) await importActions({ home: home.path, path, symbols: undefined, source: 'tiingo', replace: false, now: NOW });
    const adjusted = loadBars({ home: home.path, ...keyOf(symbol, '1Day', actions.length > 0 ? 'all' : 'raw') });
    const theirs = rows.map((cells) => cells.slice(6, 10).map(Number));
    const mine = theirs.map((_, i) => [adjusted.open[i]!, adjusted.high[i]!, adjusted.low[i]!, adjusted.close[i]!]);
    const apart = mine.flatMap((prices, i) => prices.map((price, nth) => Math.abs(price / theirs[i]![nth]! - 1)));
    expect(Math.max(...apart)).toBeLessThan(1e-9);
    // And with the splits known there is no jump that a split could explain.
    const { findings } = inspectSeries(home.path, keyOf(symbol, '1Day'), { calendar: undefined, maxGapMs: undefined });
    expect(findings.filter(({ kind }) => kind.startsWith('split'))).toEqual([]);
  });

  it("by Lean's table of factors makes the prices that Lean's regression results rest on", async () => {
    using home = temporaryFolder();
    const table = join(DATA, 'equity/corporate_actions/lean_factor_files.csv.gz');
    const options = { home: home.path, path: table, source: 'lean', replace: false, now: NOW };
    const SPY = 'SPY' as AssetSymbol;
    await importActions({ ...options, symbols: [SPY, 'AAPL' as AssetSymbol] });
    await taken(home.path, 'equity/minute/SPY_2013-10-04_2013-10-11_lean.csv.gz');
    const minutes = loadBars({ home: home.path, ...keyOf(SPY, '1Min', 'all') });
    const at = (stamp: string): number => minutes.startsAt.indexOf(Date.parse(stamp));
    const { cases } = JSON.parse(readFileSync(join(SHARED, 'oracles/backtests/lean.json'), 'utf8')) as {
      cases: { expected: { end_equity: number; quantity: number; fees: number } }[];
    };
    // "688*(170.30*0.8646266-167.45*0.8646266)-3.44": the purchase at the ask of the first minute, marked at the last close.
    const { end_equity, quantity, fees } = cases[0]!.expected;
    const raw = loadBars({ home: home.path, ...keyOf(SPY) });
    const factor = minutes.close[0]! / raw.close[0]!;
    expect(factor).toBeCloseTo(0.8646266, 12);
    const last = minutes.close[at('2013-10-11T19:59:00Z')]!;
    expect(100_000 + quantity * (last - 167.45 * factor) - fees).toBeCloseTo(end_equity, 1);
  });

  it("by Lean's table takes the splits of AAPL out of its raw days", async () => {
    using home = temporaryFolder();
    const table = join(DATA, 'equity/corporate_actions/lean_factor_files.csv.gz');
    const AAPL = 'AAPL' as AssetSymbol;
    await taken(home.path, 'equity/daily/AAPL_1998-01-02_2021-03-31_lean.csv.gz');
    const splits = () =>
      inspectSeries(home.path, keyOf(AAPL, '1Day'), { calendar: undefined, maxGapMs: undefined }).findings.filter(({ kind }) =>
        kind.startsWith('split'),
      );
    expect(splits().map(({ kind }) => kind)).toEqual(Array(4).fill('splitSuspected'));
    await importActions({ home: home.path, path: table, source: 'lean', replace: false, now: NOW, symbols: [AAPL] });
    expect(splits()).toEqual([]);
    const rows = read('equity/corporate_actions/lean_factor_files.csv.gz')
      .split('\n')
      .filter((line) => line.startsWith('AAPL,'))
      .map((line) => line.split(','));
    const [raw, all] = (['raw', 'all'] as const).map((adjustment) => loadBars({ home: home.path, ...keyOf(AAPL, '1Day', adjustment) }));
    for (let i = 0; i < raw!.length; i++) {
      const date = new Date(raw!.startsAt[i]!).toISOString().slice(0, 10);
      const [, , price, split] = rows.find(([, through = '']) => through >= date)!;
      expect(all!.close[i]! / (raw!.close[i]! * Number(price) * Number(split))).toBeCloseTo(1, 12);
    }
  });
});

if (!isThere) it.skip(REASON, () => undefined);
