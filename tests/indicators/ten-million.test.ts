/**
 * The hot kernels after ten million bars: each is what its definition makes, in sixty decimals, of the last bars alone (what it
 * began with has long been forgotten), OBV is the sum in integers, and the heap is what it was after a hundred thousand.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#scripts/bench/walk.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { kernels } from '#server/indicators/catalogue/kernels.ts';
import type { Candle } from '#server/indicators/usable.ts';
import { sheetOf } from './paper/columns.ts';
import { toNumber } from './paper/decimal.ts';
import { FORMULAS } from './paper/formulas.ts';
import { sessionVwap } from './paper/session.ts';

const COUNT = 10_000_000;
/** More than a day of minutes, and more than any of them remembers. */
const KEPT = 2_900;
const COMPARED = 100;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const heapMegabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

/**
 * Cents that walk between 20 and 500 dollars, volumes in thousandths: minute by minute, without an end, in one and the same bar. Highs
 * move by even cents and lows by odd ones: of movements that are equal on paper the ADX takes the one that is larger as a double.
 */
function endlessBars(): () => { bar: Candle; thousandths: number } {
  const random = seededRandom(17);
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const bar = { startsAt: (Date.UTC(2004, 0, 5) - MINUTE_MS) as Instant, open: 0.5, high: 0.5, low: 0.5, close: 0.5, volume: 0.5 };
  let [close, odd] = [10_000, 0];
  return () => {
    const open = close;
    close = Math.min(50_000, Math.max(2_000, open + upTo(40) - 20));
    const thousandths = upTo(900_000);
    bar.startsAt = (bar.startsAt + MINUTE_MS) as Instant;
    bar.open = open / 100;
    odd = 1 - odd;
    bar.high = (2 * Math.ceil((Math.max(open, close) + upTo(15)) / 2)) / 100;
    bar.low = (2 * Math.floor((Math.min(open, close) - upTo(15)) / 2) - odd) / 100;
    bar.close = close / 100;
    bar.volume = thousandths / 1_000;
    return { bar, thousandths };
  };
}

describe('after ten million bars', () => {
  const works = kernels.map((kernel) => kernel.make(kernel.params.parse({})));
  const nextBar = endlessBars();
  const [last, rows]: [Candle[], number[][][]] = [[], kernels.map(() => [])];
  let [balance, before, heapBefore, heapAfter] = [0, Number.NaN, 0, 0];

  test('the heap is flat within a megabyte', { timeout: 120_000 }, () => {
    for (let nth = 1; nth <= COUNT; nth++) {
      const { bar, thousandths } = nextBar();
      balance += thousandths * (nth === 1 ? 1 : Math.sign(bar.close - before));
      before = bar.close;
      for (let kernel = 0; kernel < works.length; kernel++) {
        const answer = works[kernel]!.next(bar);
        if (nth > COUNT - COMPARED) rows[kernel]!.push([...answer]);
      }
      if (nth === 100_000) heapBefore = heapMegabytes();
      if (nth === COUNT - KEPT) heapAfter = heapMegabytes();
      if (nth > COUNT - KEPT) last.push({ ...bar });
    }
    expect(Math.abs(heapAfter - heapBefore)).toBeLessThan(1);
  });

  test('the balance of volumes is the sum in integers', () => {
    const obv = rows[kernels.findIndex(({ name }) => name === 'obv')]!;
    expect(obv.at(-1)![0]! / (balance / 1_000)).toBeCloseTo(1, 13);
  });

  test.each(kernels.map((kernel, nth) => [kernel.name, nth] as const).filter(([name]) => name !== 'obv'))(
    '%s has not drifted',
    (name, nth) => {
      const params = kernels[nth]!.params.parse({}) as Record<string, number>;
      const columns = name === 'vwap' ? [sessionVwap(last, 'newYork')] : FORMULAS[name]!(sheetOf(last), params);
      columns.forEach((column, output) => {
        const exact = column.slice(-COMPARED).map((cell) => toNumber(cell!));
        const size = Math.max(...exact.map(Math.abs));
        const worst = Math.max(...exact.map((value, at) => Math.abs(rows[nth]![at]![output]! - value) / size));
        expect(worst, kernels[nth]!.outputs[output]!).toBeLessThan(1e-12);
      });
    },
  );
});
