/** The kernels where a reader can follow with a pencil: short series, ties, turns, flat markets, days that begin. */
import { describe, expect, test } from 'vitest';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { Adx } from '#server/indicators/adx.ts';
import { Atr } from '#server/indicators/atr.ts';
import { Bollinger } from '#server/indicators/bollinger.ts';
import { Ema } from '#server/indicators/ema.ts';
import { Macd } from '#server/indicators/macd.ts';
import { Obv } from '#server/indicators/obv.ts';
import { Psar } from '#server/indicators/psar.ts';
import { RollingVwap } from '#server/indicators/rolling-vwap.ts';
import { Rsi } from '#server/indicators/rsi.ts';
import { Sma } from '#server/indicators/sma.ts';
import { Stochastic } from '#server/indicators/stochastic.ts';
import type { Candle } from '#server/indicators/usable.ts';
import { SessionVwap } from '#server/indicators/vwap.ts';

const NONE = Number.NaN;
const bar = (high: number, low: number, close = low, { volume = 1, at = 0 } = {}): Candle => ({
  startsAt: at as Instant,
  open: close,
  high,
  low,
  close,
  volume,
});
const at = (stamp: string): number => Date.parse(stamp);

test('SMA, EMA, MACD of four closes', () => {
  const [sma, ema, macd] = [new Sma(3), new Ema(3), new Macd({ fast: 1, slow: 3, signal: 1, aligned: false })];
  expect([1, 2, 6, 4].map((close) => sma.next(close))).toEqual([NONE, NONE, 3, 4]);
  expect([1, 2, 6, 4].map((close) => ema.next(close))).toEqual([NONE, NONE, 3, 3.5]);
  expect([1, 2, 6, 4].map((close) => macd.next(close).macd)).toEqual([NONE, NONE, 3, 0.5]);
});

test('MACD: aligned, the fast average begins over the last closes of the slow one', () => {
  const closes = [8, 2, 4, 6];
  const [own, aligned] = [false, true].map((isAligned) => new Macd({ fast: 2, slow: 3, signal: 1, aligned: isAligned }));
  // Own: the mean of 8 and 2, then two thirds of 4. Aligned: the mean of 2 and 4.
  const slow = 14 / 3;
  expect(closes.map((close) => own!.next(close).macd)[2]).toBeCloseTo(5 + (2 / 3) * (4 - 5) - slow, 14);
  expect(closes.map((close) => aligned!.next(close).macd)[2]).toBeCloseTo(3 - slow, 14);
});

test('Bollinger of 2, 4, 4, 4, 5, 5, 7, 9: the textbook deviation of 2 around 5', () => {
  const bands = new Bollinger(8, 1.5);
  for (const close of [2, 4, 4, 4, 5, 5, 7]) expect(bands.next(close).middle).toBeNaN();
  const { middle, upper, lower, width } = bands.next(9);
  expect({ middle, upper, lower, width }).toEqual({ middle: 5, upper: 8, lower: 2, width: 3 });
});

test('ATR takes the gap before a bar into its range, and the first bar has none', () => {
  const atr = new Atr(2);
  expect([bar(10, 9, 9), bar(12, 11, 11), bar(8, 7, 7), bar(8, 7, 7)].map((one) => atr.next(one))).toEqual([NONE, NONE, 3.5, 2.25]);
});

describe('RSI', () => {
  test('is 100 without a loss, 0 without a gain, 50 without either', () => {
    const of = (closes: readonly number[]): number[] => {
      const rsi = new Rsi(3);
      return closes.map((close) => rsi.next(close));
    };
    expect(of([1, 2, 3, 4, 5])).toEqual([NONE, NONE, NONE, 100, 100]);
    expect(of([5, 4, 3, 2, 1])).toEqual([NONE, NONE, NONE, 0, 0]);
    expect(of([3, 3, 3, 3, 3])).toEqual([NONE, NONE, NONE, 50, 50]);
    // Gains of 2, a loss of 1, no change: 2 of 3 parts.
    expect(of([10, 12, 11, 11])[3]).toBeCloseTo(200 / 3, 12);
  });
});

describe('ADX', () => {
  test('of two equal movements neither counts', () => {
    const adx = new Adx(2);
    // Each bar is wider than the one before by as much above as below.
    for (let nth = 0; nth < 6; nth++) adx.next(bar(10 + nth, 9 - nth, 9.5));
    expect([adx.plusDi, adx.minusDi]).toEqual([0, 0]);
    expect(adx.next(bar(16, 3, 9.5))).toBe(0);
  });

  test('the larger movement counts alone, and a bar inside the one before not at all', () => {
    const adx = new Adx(2);
    const bars = [bar(10, 8, 9), bar(12, 7, 9), bar(11, 8, 9), bar(15, 10, 12)];
    const answers = bars.map((one) => [adx.next(one), adx.plusDi, adx.minusDi]);
    // Up 2 of a range of 5; half of it is gone when nothing of 3 comes; half of that when 4 of 6 comes.
    expect(answers[2]).toEqual([NONE, (100 * 1) / (2.5 + 3), 0]);
    expect(answers[3]).toEqual([100, (100 * (0.5 + 4)) / (2.75 + 6), 0]);
  });

  test('a market that does not move leaves it where it is', () => {
    const adx = new Adx(2);
    for (const one of [bar(10, 9, 9), bar(11, 10, 10), bar(12, 11, 11), bar(13, 12, 12)]) adx.next(one);
    const before = adx.next(bar(14, 13, 13));
    expect(before).toBe(100);
    for (let nth = 0; nth < 3_000; nth++) expect(adx.next(bar(14, 13, 13))).toBe(100);
    expect(adx.plusDi).toBe(0);
  });
});

describe('stochastic', () => {
  test('a flat range is 50, and k equals d exactly as long as the close keeps its place', () => {
    const kernel = new Stochastic({ period: 3, smoothing: 3, signal: 3 });
    for (let nth = 0; nth < 12; nth++) kernel.next(bar(33.33, 33.33, 33.33));
    expect([kernel.k, kernel.d]).toEqual([50, 50]);
    for (const place of [0.1, 1 / 3, 0.7]) {
      for (let nth = 0; nth < 12; nth++) kernel.next(bar(20.3, 10.1, 10.1 + place * 10.2));
      expect(kernel.k).toBe(kernel.d);
      expect(kernel.k).toBeCloseTo(100 * place, 10);
    }
  });

  test('the top is 100 and the bottom 0 to the last bit, after whatever came before', () => {
    const kernel = new Stochastic({ period: 2, smoothing: 3, signal: 7 });
    for (let nth = 0; nth < 1_000; nth++) kernel.next(bar(10 + (nth % 7) / 3, 9 - (nth % 11) / 7, 9 + (nth % 13) / 13));
    for (let nth = 0; nth < 12; nth++) kernel.next(bar(10.7 / 3, 1.1, 10.7 / 3));
    expect([kernel.k, kernel.d]).toEqual([100, 100]);
    for (let nth = 0; nth < 12; nth++) kernel.next(bar(10.7 / 3, 1.1, 1.1));
    expect([kernel.k, kernel.d]).toEqual([0, 0]);
  });

  test('equal highs and lows: the newest keeps the range when the older one leaves', () => {
    const kernel = new Stochastic({ period: 3, smoothing: 1, signal: 1 });
    const closes = [bar(10, 0, 5), bar(8, 2, 5), bar(10, 0, 5), bar(6, 4, 5), bar(6, 4, 4), bar(6, 4, 5), bar(6, 4, 6)];
    expect(closes.map((one) => kernel.next(one).k)).toEqual([NONE, NONE, 50, 50, 40, 50, 100]);
  });

  test('a close outside of its own bar counts as at the edge, and is forgotten', () => {
    const kernel = new Stochastic({ period: 1, smoothing: 2, signal: 1 });
    const closes = [bar(2, 1, 1.5), bar(2, 1, 1e12), bar(2, 1, -1e12), bar(2, 1, 1.25), bar(2, 1, 1.25)];
    expect(closes.map((one) => kernel.next(one).k)).toEqual([NONE, 75, 50, 12.5, 25]);
  });
});

test('OBV leaves the volume of an unchanged close aside', () => {
  const obv = new Obv();
  const closes = [5, 6, 6, 4, 4, 7];
  expect(closes.map((close, nth) => obv.next(bar(9, 1, close, { volume: 10 ** nth })))).toEqual([1, 11, 11, -989, -989, 99_011]);
});

test('OBV begins with the first volume below zero as well, and takes no two numbers that are none for one', () => {
  const obv = new Obv();
  expect(obv.next(bar(1, -9, 1e300, { volume: 1e300 }))).toBeNaN();
  expect([-5, -6].map((close) => obv.next(bar(1, -9, close, { volume: 7 })))).toEqual([7, 0]);
});

describe('VWAP', () => {
  test('begins anew at midnight in New York, in summer and winter and on the nights between, or in UTC', () => {
    const begins = (zone: 'newYork' | 'utc', stamps: readonly string[]): number[] => {
      const vwap = new SessionVwap(zone);
      return stamps.map((stamp, nth) => vwap.next(bar(nth + 1, nth + 1, nth + 1, { at: at(stamp) })));
    };
    const nights = ['2024-01-05T04:59Z', '2024-01-05T05:00Z', '2024-07-05T03:59Z', '2024-07-05T04:00Z'];
    expect(begins('newYork', nights)).toEqual([1, 2, 3, 4]);
    expect(begins('utc', nights)).toEqual([1, 1.5, 3, 3.5]);
    // The day that loses an hour ends 23 hours after it began, the day that wins one 25.
    expect(begins('newYork', ['2024-03-10T05:00Z', '2024-03-11T03:59Z', '2024-03-11T04:00Z'])).toEqual([1, 1.5, 3]);
    expect(begins('newYork', ['2024-11-03T04:00Z', '2024-11-04T04:59Z', '2024-11-04T05:00Z'])).toEqual([1, 1.5, 3]);
  });

  test('weighs the typical price of each bar of the day by its volume; without any it is that price', () => {
    const vwap = new SessionVwap('utc');
    const bars = [bar(4, 2, 3, { volume: 0 }), bar(12, 6, 9, { volume: 1 }), bar(30, 15, 15, { volume: 3 }), bar(7, 1, 4, { volume: 0 })];
    expect(bars.map((one) => vwap.next(one))).toEqual([3, 9, (9 + 3 * 20) / 4, (9 + 3 * 20) / 4]);
    expect(vwap.barsInSession).toBe(4);
  });

  test('a bar that comes late opens its own day again, and a volume below zero is refused', () => {
    const vwap = new SessionVwap('utc');
    expect(vwap.next(bar(2, 2, 2, { at: at('2024-01-05T12:00Z') }))).toBe(2);
    expect(vwap.next(bar(8, 8, 8, { at: at('2024-01-04T12:00Z') }))).toBe(8);
    expect(vwap.next(bar(6, 6, 6, { at: at('2024-01-04T12:01Z'), volume: -1 }))).toBeNaN();
    expect(vwap.next(bar(6, 6, 6, { at: at('2024-01-04T12:01Z') }))).toBe(7);
  });

  test('rolling, it weighs the last bars, and forgets what has left', () => {
    const vwap = new RollingVwap(2);
    const bars = [
      bar(1e12, 1e12, 1e12, { volume: 1e3 }),
      bar(3, 3, 3, { volume: 2 }),
      bar(6, 6, 6, { volume: 1 }),
      bar(9, 9, 9, { volume: 0 }),
    ];
    expect(bars.map((one) => vwap.next(one)).slice(2)).toEqual([4, 6]);
    expect(vwap.next(bar(9, 6, 6, { volume: 0 }))).toBe(7);
  });
});

describe('parabolic SAR', () => {
  const of = (bars: readonly Candle[], step = 0.1, limit = 0.2): { sars: number[]; isLong: boolean } => {
    const psar = new Psar(step, limit);
    return { sars: bars.map((one) => psar.next(one)), isLong: psar.isLong };
  };

  test('begins long, unless the low fell by more than the high rose, and the second bar may turn it already', () => {
    expect(of([bar(10, 8), bar(12, 9)])).toEqual({ sars: [NONE, 8], isLong: true });
    expect(of([bar(10, 8), bar(9, 6)])).toEqual({ sars: [NONE, 10], isLong: false });
    // As much down as up: it begins long, at a low that this bar touches.
    expect(of([bar(10, 8), bar(11, 7)])).toEqual({ sars: [NONE, 11], isLong: false });
    expect(of([bar(10, 8), bar(9, 8)])).toEqual({ sars: [NONE, 9], isLong: false });
    expect(of([bar(10, 8), bar(10, 7)])).toEqual({ sars: [NONE, 7], isLong: true });
  });

  test('rises by a larger share at each new high, and never into the last two bars', () => {
    const bars = [bar(10, 8), bar(12, 10), bar(14, 11), bar(16, 13), bar(16, 14), bar(18, 15)];
    const { sars } = of(bars);
    // 8, then + 0.1 of 4, then + 0.2 of what is left to 14, to 16, to 16.
    const third = 8 + 0.1 * (12 - 8);
    const fourth = third + 0.2 * (14 - third);
    const fifth = fourth + 0.2 * (16 - fourth);
    expect(sars.slice(0, 5)).toEqual([NONE, 8, third, fourth, fifth]);
    expect(sars[5]).toBeCloseTo(fifth + 0.2 * (16 - fifth), 12);
  });

  test('turns when it is touched, not only when it is passed, to the extreme of the trade', () => {
    const rising = [bar(10, 8), bar(12, 10), bar(14, 12)];
    const stop = 8 + 0.1 * 4;
    const next = stop + 0.2 * (14 - stop);
    expect(of([...rising, bar(13, next)])).toEqual({ sars: [NONE, 8, stop, 14], isLong: false });
    expect(of([...rising, bar(13, next + 0.001)])).toEqual({ sars: [NONE, 8, stop, next], isLong: true });
  });
});

test('a flat market: averages are the price, bands have no width, nothing moves', () => {
  for (const price of [100.1, 0.000008295, 63_245.123456789, 4_999_999.01, 1.0123456789]) {
    const flat = bar(price, price, price);
    const [sma, ema, rsi, bands, atr] = [new Sma(20), new Ema(20), new Rsi(14), new Bollinger(20, 2), new Atr(14)];
    for (let nth = 0; nth < 30; nth++) {
      for (const kernel of [sma, ema, rsi, bands]) kernel.next(price);
      atr.next(flat);
    }
    const { middle, upper, lower } = bands.next(price);
    expect([middle, upper, lower]).toEqual([middle, middle, middle]);
    expect([sma.next(price) / price, ema.next(price) / price, middle / price]).toEqual([1, 1, 1].map((one) => expect.closeTo(one, 9)));
    expect([rsi.next(price), atr.next(flat)]).toEqual([50, 0]);
  }
});

test('the minutes of a session are one day', () => {
  const vwap = new SessionVwap('newYork');
  for (let nth = 0; nth < 390; nth++) vwap.next(bar(2, 1, 1.5, { at: at('2024-01-05T14:30Z') + nth * MINUTE_MS }));
  expect(vwap.barsInSession).toBe(390);
});
