/** What every registered indicator keeps to, whatever it computes. A new one is tested here by being registered. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { walk } from '#scripts/bench/walk.ts';
import type { Indicator, IndicatorAtWork } from '#server/indicators/indicator.ts';
import { findIndicator, indicators } from '#server/indicators/registry.ts';
import type { Candle } from '#server/indicators/usable.ts';

const bars = walk('X', 700, 5);
const all = Object.values(indicators).map((indicator) => [indicator.name, indicator] as const);

/** Parameters of all sizes: the default of each bars field, made small. */
function configs(indicator: Indicator): unknown[] {
  const usual = indicator.params.parse({}) as Record<string, unknown>;
  const small = Object.fromEntries(
    Object.entries(usual).map(([field, value], nth) => [field, typeof value === 'number' && Number.isInteger(value) ? 2 + nth : value]),
  );
  return [usual, indicator.params.parse(small)];
}

const feed = (work: IndicatorAtWork, candles: readonly Candle[]): number[][] => candles.map((bar) => [...work.next(bar)]);

const broken = (bar: Candle): fc.Arbitrary<Candle> =>
  fc
    .tuple(
      fc.constantFrom('open', 'high', 'low', 'close', 'volume'),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300),
    )
    .map(([field, value]) => ({ ...bar, [field]: value }));

test('each is found by its own name and by its others, however they are written', () => {
  for (const [name, indicator] of all) {
    expect(findIndicator(name)).toBe(indicator);
    expect(findIndicator(name.toUpperCase())).toBe(indicator);
    for (const alias of indicator.aliases ?? []) expect(findIndicator(alias)).toBe(indicator);
  }
  expect(findIndicator('Bollinger-Bands')?.name).toBe('bollinger');
  expect(findIndicator('nothing')).toBeUndefined();
});

describe.each(all)('%s', (_name, indicator) => {
  test('every field has a default and a description, numbers have bounds, and a field it does not know is refused', () => {
    const usual = indicator.params.parse({}) as Record<string, unknown>;
    expect(indicator.params.safeParse({ nonsense: 1 }).success).toBe(false);
    const { shape } = indicator.params as unknown as z.ZodObject;
    for (const [field, value] of Object.entries(usual)) {
      expect((shape[field] as z.ZodType).description, field).toBeTruthy();
      if (typeof value !== 'number') continue;
      for (const beyond of [-1e9, 0, 2e9, Number.NaN]) expect(indicator.params.safeParse({ [field]: beyond }).success, field).toBe(false);
    }
    expect(indicator.help.length).toBeGreaterThan(20);
  });

  test('no output has a value before its declared warm-up, and each has one at every bar from it on', () => {
    for (const params of configs(indicator)) {
      const warmUp = indicator.warmUp(params);
      expect(warmUp.length).toBe(indicator.outputs.length);
      feed(indicator.make(params), bars).forEach((row, nth) => {
        expect(row.length).toBe(warmUp.length);
        row.forEach((value, output) => {
          expect(Number.isFinite(value), `${indicator.outputs[output]} at bar ${nth + 1}`).toBe(nth + 1 >= (warmUp[output] as number));
        });
      });
    }
  });

  test('saved as JSON and loaded at any bar, it goes on with the same values', () => {
    const params = configs(indicator)[1];
    const whole = feed(indicator.make(params), bars);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 }), (cut) => {
        const [original, loaded] = [indicator.make(params), indicator.make(params)];
        feed(original, bars.slice(0, cut));
        // Loaded over other memories, which must be gone then.
        feed(loaded, bars.slice(cut, cut + 30));
        loaded.load(JSON.parse(JSON.stringify(original.save())));
        expect(feed(loaded, bars.slice(cut, cut + 80))).toEqual(whole.slice(cut, cut + 80));
      }),
      { numRuns: 40 },
    );
  });

  test('a bar with a number that is none is answered with NaN and leaves no trace', () => {
    const params = configs(indicator)[1];
    const candles = fc.array(
      fc.nat(120).chain((nth) => fc.oneof(fc.constant(bars[nth] as Candle), broken(bars[nth] as Candle))),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(candles, (mixed) => {
        const [disturbed, calm] = [indicator.make(params), indicator.make(params)];
        for (const bar of mixed) {
          const isWhole = [bar.open, bar.high, bar.low, bar.close, bar.volume].every((value) => Math.abs(value) < 1e15);
          const answer = [...disturbed.next(bar)];
          expect(answer).toEqual(isWhole ? [...calm.next(bar)] : answer.map(() => Number.NaN));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('flat bars without volume have a finite answer after the warm-up', () => {
    for (const price of [0.000008295, 33.33, 63_245.123]) {
      const params = configs(indicator)[1];
      const flat = bars.slice(0, 200).map((bar) => ({ ...bar, open: price, high: price, low: price, close: price, volume: 0 }));
      for (const value of feed(indicator.make(params), flat).at(-1)!) expect(Number.isFinite(value)).toBe(true);
    }
  });
});
