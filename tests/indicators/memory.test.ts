/** What the kernels remember: saved at any point they go on with the same values, and what is no number leaves no trace. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bollinger } from '#server/indicators/bollinger.ts';
import { Ema } from '#server/indicators/ema.ts';
import { Rsi } from '#server/indicators/rsi.ts';
import { Sma } from '#server/indicators/sma.ts';

interface Kernel {
  next(value: number): unknown;
  save(): unknown;
  load(state: never): void;
}

const kernels: readonly (readonly [string, (period: number) => Kernel])[] = [
  ['Sma', (period) => new Sma(period)],
  ['Ema', (period) => new Ema(period)],
  ['Rsi', (period) => new Rsi(period)],
  ['Bollinger', (period) => new Bollinger(period, 2)],
];
const price = fc.oneof(
  fc.integer({ min: 1, max: 100_000 }).map((cents) => cents / 100),
  fc.double({ min: 1e-9, max: 1e6, noNaN: true }),
);
const copy = (value: unknown): unknown => (typeof value === 'object' ? { ...value } : value);
/** What `next` answers while it can not know. */
const unknownTo = (answer: unknown): boolean =>
  (typeof answer === 'number' ? [answer] : Object.values(answer as object)).every(Number.isNaN);

describe.each(kernels)('%s', (_name, make) => {
  test('saved as JSON and loaded at any point, it goes on with the same values', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 8 }),
        fc.array(price, { maxLength: 25 }),
        fc.array(price, { maxLength: 25 }),
        (period, before, after) => {
          const original = make(period);
          for (const value of before) original.next(value);
          const loaded = make(period);
          // Loaded over other memories, which must be gone then.
          for (const value of after) loaded.next(value);
          loaded.load(JSON.parse(JSON.stringify(original.save())) as never);
          expect(JSON.stringify(loaded.save())).toBe(JSON.stringify(original.save()));
          for (const value of after) expect(copy(loaded.next(value))).toEqual(copy(original.next(value)));
        },
      ),
    );
  });

  test('what is not finite is answered with NaN and leaves no trace', () => {
    const nothing = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    fc.assert(
      fc.property(fc.array(fc.oneof(price, nothing), { maxLength: 40 }), (values) => {
        const [disturbed, calm] = [make(3), make(3)];
        for (const value of values) {
          const answer = copy(disturbed.next(value));
          if (Number.isFinite(value)) expect(answer).toEqual(copy(calm.next(value)));
          else expect(unknownTo(answer)).toBe(true);
        }
      }),
    );
  });

  test('it knows nothing before its warm-up, and always something after', () => {
    const warmUp = _name === 'Rsi' ? 6 : 5;
    const kernel = make(5);
    for (let nth = 1; nth <= 12; nth++) expect(unknownTo(kernel.next(100 + (nth % 3)))).toBe(nth < warmUp);
  });
});
