/** Money: exact text in and out, and one rounding, held against integer arithmetic of another shape. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  basisPointsOf,
  divideRounded,
  formatFixed,
  notional,
  type Price,
  parseFixed,
  priceFromNumber,
  type Quantity,
  roundDownTo,
  toNumber,
} from '#server/domain/money.ts';

const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });

/** n/d rounded half away from zero, by looking at what is left of the division. */
function oracle(n: bigint, d: bigint): bigint {
  const [size, sign] = n < 0n ? [-n, -1n] : [n, 1n];
  const rest = size % d;
  return sign * (size / d + (rest * 2n >= d ? 1n : 0n));
}

describe('text', () => {
  test('what was formatted parses to the same value, and formats to the same text', () => {
    fc.assert(
      fc.property(amount, (value) => {
        const text = formatFixed(value);
        expect(parseFixed(text)).toBe(value);
        expect(formatFixed(parseFixed(text))).toBe(text);
        expect(text).toMatch(/^(?!-0$)-?(0|[1-9]\d*)(\.\d{0,8}[1-9])?$/);
      }),
    );
  });

  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['-0.000000001', -1n],
    ['007.50', 7_500_000_000n],
    ['123.45', 123_450_000_000n],
    ['123456789012345678901.000000001', 123_456_789_012_345_678_901_000_000_001n],
  ])('%s is read', (text, value) => {
    expect(parseFixed(text)).toBe(value);
  });

  test.each([
    '',
    ' ',
    '1e3',
    '1E-7',
    ' 1',
    '1 ',
    '1\n',
    '+1',
    '.5',
    '5.',
    '--1',
    '−1',
    '−0',
    '1,000',
    '0x10',
    'NaN',
    'Infinity',
    '1.0000000000',
    '٣',
  ])('%j is refused, by its name', (text) => {
    expect(() => parseFixed(text)).toThrow(`not a decimal of at most 9 places: ${JSON.stringify(text)}`);
  });
});

describe('rounding', () => {
  test('division rounds half away from zero', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 1n, max: 10n ** 20n }), (n, d) => {
        expect(divideRounded(n, d)).toBe(oracle(n, d));
      }),
    );
    expect([-5n, -3n, -1n, 1n, 3n, 5n].map((n) => divideRounded(n, 2n))).toEqual([-3n, -2n, -1n, 1n, 2n, 3n]);
  });

  test('price times quantity', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), amount, (price, quantity) => {
        expect(notional(price as Price, quantity as Quantity)).toBe(oracle(price * quantity, 1_000_000_000n));
        expect(notional(price as Price, -quantity as Quantity)).toBe(-notional(price as Price, quantity as Quantity));
      }),
    );
    expect(formatFixed(notional(parseFixed('0.000000001') as Price, parseFixed('0.5') as Quantity))).toBe('0.000000001');
    expect(formatFixed(notional(parseFixed('0.000000001') as Price, parseFixed('-0.499999999') as Quantity))).toBe('0');
  });

  test('basis points', () => {
    const points = fc.integer({ min: 0, max: 1_000_000 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(amount, points, (value, rate) => {
        expect(basisPointsOf(value, rate)).toBe(oracle(value * BigInt(Math.round(rate * 100)), 1_000_000n));
      }),
    );
    expect(basisPointsOf(parseFixed('10000'), 25)).toBe(parseFixed('25'));
    expect(basisPointsOf(parseFixed('10000'), 10_000)).toBe(parseFixed('10000'));
    expect(basisPointsOf(200n, 25)).toBe(1n);
    expect(basisPointsOf(199n, 25)).toBe(0n);
    expect(basisPointsOf(-200n, 25)).toBe(-1n);
  });

  test('down to a step', () => {
    const positive = fc.bigInt({ min: 1n, max: 10n ** 18n });
    fc.assert(
      fc.property(positive, positive, (value, step) => {
        const rounded = roundDownTo(value, step);
        expect(rounded % step).toBe(0n);
        expect(rounded <= value && value - rounded < step).toBe(true);
      }),
    );
  });
});

describe('a price from a number is the price of its decimal text', () => {
  test('for every cent up to $10,000', () => {
    const wrong: string[] = [];
    for (let cents = 1; cents <= 1_000_000; cents++) {
      const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
      if (priceFromNumber(Number(text)) !== BigInt(cents) * 10_000_000n) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  test('for every price of nine decimals below four million, and of six below a billion', () => {
    const below = (max: bigint, step: bigint) => fc.bigInt({ min: 1n, max: max / step - 1n }).map((steps) => steps * step);
    const billion = 10n ** 9n;
    const price = fc.oneof(
      below(billion / 1_000n, 1n),
      below(4n * billion, 1n),
      below(100_000n * billion, 1n),
      below(4_000_000n * billion, 1n),
      below(billion * billion, 1_000n),
    );
    fc.assert(
      fc.property(price, (value) => {
        expect(priceFromNumber(Number(formatFixed(value)))).toBe(value);
      }),
      { numRuns: 5_000 },
    );
  });

  test('and back', () => {
    expect(toNumber(priceFromNumber(0.000008295))).toBe(0.000008295);
    expect(toNumber(-1_500_000_000n)).toBe(-1.5);
  });

  test.each([0, -0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e15, 4e-10])('%f is refused', (value) => {
    expect(() => priceFromNumber(value)).toThrow(`not a price: ${value}`);
  });
});
