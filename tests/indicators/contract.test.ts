/** What every registered indicator keeps to, whatever it computes. A new one is tested here by being registered. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { walk } from '#scripts/bench/walk.ts';
import type { Indicator, IndicatorAtWork } from '#server/indicators/indicator.ts';
import { findIndicator, indicators } from '#server/indicators/registry.ts';
import type { Candle } from '#server/indicators/usable.ts';
import { walkOf } from './series.ts';

const bars = walk('X', 700, 5);
/** Cents, billionths, and prices with all their digits, of which every tenth leaps far away. */
const SERIES: readonly (readonly Candle[])[] = [
  bars,
  walkOf({ count: 200, seed: 2, unit: 1e-9, from: 9_000, step: 40, volumes: 5_000 }),
  bars.map((bar, nth) => scaledBy(bar, nth % 10 === 9 ? 7_919.123456789 : 1.0123456789)),
];
function scaledBy(bar: Candle, factor: number): Candle {
  const { open, high, low, close } = bar;
  return { ...bar, open: open * factor, high: high * factor, low: low * factor, close: close * factor };
}

const all = Object.values(indicators).map((indicator) => [indicator.name, indicator] as const);

interface Field {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What the parameters may be, as the schema tells it. */
const fieldsOf = (indicator: Indicator): [string, Field][] =>
  Object.entries(
    (z.toJSONSchema(indicator.params, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, Field> }).properties ?? {},
  );

/** Any parameters, with lengths that a test has the bars for. */
function anyParams(indicator: Indicator): fc.Arbitrary<unknown> {
  const value = ({ type, enum: values, minimum = 0, maximum = 0 }: Field): fc.Arbitrary<unknown> => {
    if (values !== undefined) return fc.constantFrom(...values);
    return type === 'integer'
      ? fc.integer({ min: minimum, max: Math.min(maximum, 14) })
      : fc.double({ min: minimum, max: maximum, noNaN: true });
  };
  const fields = Object.fromEntries(fieldsOf(indicator).map(([name, field]) => [name, value(field)]));
  return fc.record(fields).filter((params) => indicator.params.safeParse(params).success);
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
    for (const field of Object.keys(usual)) expect((shape[field] as z.ZodType).description, field).toBeTruthy();
    expect(indicator.help.length).toBeGreaterThan(20);
  });

  test('each number is taken from its least to its largest, and refused beyond, as a text, and as a fraction where it counts', () => {
    const isTaken = (field: string, value: unknown): boolean => {
      const parsed = indicator.params.safeParse({ [field]: value });
      // What two fields must be to each other is another matter.
      return parsed.success || parsed.error.issues.every(({ code }) => code === 'custom');
    };
    for (const [field, { type, minimum = Number.NaN, maximum = Number.NaN, enum: values }] of fieldsOf(indicator)) {
      expect(isTaken(field, 'nonsense'), field).toBe(false);
      if (values !== undefined) continue;
      const beyond = [minimum - 1e-6, maximum + 1, -1e9, 0, 2e9, Number.NaN, Number.POSITIVE_INFINITY, String(minimum), null, true];
      for (const value of [...beyond, ...(type === 'integer' ? [minimum + 0.5] : [])])
        expect(isTaken(field, value), `${field}=${value}`).toBe(false);
      expect([isTaken(field, minimum), isTaken(field, maximum)]).toEqual([true, true]);
    }
  });

  test('at the largest of its parameters it warms up and goes on', { timeout: 20_000 }, () => {
    const largest = Object.fromEntries(
      fieldsOf(indicator).flatMap(([field, { maximum }]) =>
        maximum === undefined ? [] : [[field, field === 'fast' ? maximum - 1 : maximum]],
      ),
    );
    const params = indicator.params.parse(largest);
    const work = indicator.make(params);
    const first = Math.max(...indicator.warmUp(params));
    for (let nth = 1; nth < first; nth++) work.next(bars[nth % bars.length] as Candle);
    expect([...work.next(bars[0] as Candle)].every(Number.isFinite)).toBe(true);
  });

  test('no output has a value before its declared warm-up, and each has one at every bar from it on', () => {
    const check = (params: unknown): void => {
      const warmUp = indicator.warmUp(params);
      expect(warmUp.length).toBe(indicator.outputs.length);
      feed(indicator.make(params), bars.slice(0, 150)).forEach((row, nth) => {
        const isKnown = row.map(Number.isFinite);
        expect(isKnown, `bar ${nth + 1}`).toEqual(warmUp.map((first) => nth + 1 >= first));
      });
    };
    check(indicator.params.parse({}));
    fc.assert(fc.property(anyParams(indicator), check), { numRuns: 15 });
  });

  test('saved as JSON and loaded at any bar, it goes on with the same values, to the last bit', () => {
    fc.assert(
      fc.property(anyParams(indicator), fc.nat(120), fc.constantFrom(...SERIES), (params, cut, candles) => {
        const [original, loaded] = [indicator.make(params), indicator.make(params)];
        feed(original, candles.slice(0, cut));
        // Loaded over other memories, which must be gone then.
        feed(loaded, candles.slice(cut, cut + 30));
        loaded.load(JSON.parse(JSON.stringify(original.save())));
        expect(JSON.stringify(loaded.save())).toBe(JSON.stringify(original.save()));
        expect(feed(loaded, candles.slice(cut, cut + 60))).toEqual(feed(original, candles.slice(cut, cut + 60)));
      }),
      { numRuns: 40 },
    );
  });

  test('a bar with a number that is none is answered with NaN and leaves no trace', () => {
    const candles = fc.array(
      fc.nat(120).chain((nth) => fc.oneof(fc.constant(bars[nth] as Candle), broken(bars[nth] as Candle))),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(anyParams(indicator), candles, (params, mixed) => {
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
      const flat = bars.slice(0, 200).map((bar) => ({ ...bar, open: price, high: price, low: price, close: price, volume: 0 }));
      const rows = feed(indicator.make(indicator.params.parse({})), flat);
      for (const value of rows.at(-1)!) expect(Number.isFinite(value)).toBe(true);
    }
  });
});
