/**
 * What TA-Lib and TTR do not compute, against the worksheets that Lean's own tests are held to, to a billionth of the value. Not its
 * VWAP (of the mean of open, high, low and close) and not its Keltner channels (around a simple average of the typical price).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Instant } from '#server/domain/time.ts';
import { findIndicator } from '#server/indicators/registry.ts';
import type { Candle } from '#server/indicators/usable.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/oracles/indicators/published/lean');
const isThere = existsSync(FOLDER);
if (!isThere) console.warn('../shared/oracles is not beside this checkout: indicators are NOT compared with the worksheets of Lean');

/** Column of the worksheet, and the output that it is; `later`: the bars by which it is drawn later. */
interface Line {
  readonly column: string;
  readonly output: string;
  readonly later?: number;
}

type Sheet = readonly [file: string, indicator: string, params: object, lines: readonly Line[]];

const same = (column: string, output = column): Line => ({ column, output });
const kst = { roc1: 5, sma1: 5, roc2: 10, sma2: 5, roc3: 15, sma3: 5, roc4: 25, sma4: 10, signal: 9 };

const SHEETS: readonly Sheet[] = [
  ['spy_with_kst.csv', 'kst', kst, [same('kst'), same('signal')]],
  [
    'spy_with_ichimoku.csv.gz',
    'ichimoku',
    {},
    [
      same('Tenkan', 'conversion'),
      same('Kijun', 'base'),
      { column: 'Senkou A', output: 'spanA', later: 26 },
      { column: 'Senkou B', output: 'spanB', later: 26 },
    ],
  ],
  ['spy_with_ForceIndex.csv', 'forceIndex', { period: 20 }, [same('ForceIndex20', 'forceIndex')]],
  ['spy_ao.txt', 'awesomeOscillator', {}, [same('AO', 'awesomeOscillator')]],
  ['spy_with_StochRSI.csv', 'stochasticRsi', {}, [same('k'), same('d')]],
  [
    'spy_heikin_ashi.txt',
    'heikinAshi',
    {},
    [same('HA_Open', 'open'), same('HA_High', 'high'), same('HA_Low', 'low'), same('HA_Close', 'close')],
  ],
];

type Row = ReadonlyMap<string, string>;

function readRows(file: string): Row[] {
  const raw = readFileSync(join(FOLDER, file));
  const [header = '', ...lines] = (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString().trim().split(/\r?\n/);
  const names = header.split(',').map((name) => name.trim());
  return lines.map((line) => new Map(line.split(',').map((cell, nth) => [names[nth] ?? '', cell.trim()])));
}

/** Some sheets have closes alone. */
function candleOf(row: Row, nth: number): Candle {
  const of = (name: string, otherwise: number): number => Number(row.get(name) ?? otherwise);
  const close = of('Close', Number.NaN);
  return {
    startsAt: nth as Instant,
    open: of('Open', close),
    high: of('High', close),
    low: of('Low', close),
    close,
    volume: of('Volume', 1),
  };
}

describe.skipIf(!isThere)('the worksheets of Lean', () => {
  test.each(SHEETS)('%s', (file, name, params, lines) => {
    const rows = readRows(file);
    const indicator = findIndicator(name)!;
    const work = indicator.make(indicator.params.parse(params));
    const answers = rows.map((row, nth) => [...work.next(candleOf(row, nth))]);
    for (const { column, output, later = 0 } of lines) {
      const theirs = rows.map((row) => Number(row.get(column) || Number.NaN));
      const size = Math.max(...theirs.filter(Number.isFinite).map(Math.abs));
      let compared = 0;
      theirs.forEach((value, nth) => {
        const mine = answers[nth - later]?.[indicator.outputs.indexOf(output)] ?? Number.NaN;
        if (Number.isNaN(value) || Number.isNaN(mine)) return;
        compared++;
        expect(Math.abs(mine - value) / Math.max(Math.abs(value), size / 1_000), `${column}, bar ${nth}`).toBeLessThan(1e-9);
      });
      expect(compared, column).toBeGreaterThan(400);
    }
  });
});
