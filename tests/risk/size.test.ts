/** Sizing: whole steps, rounded down, never more than the portfolio's fraction; an exit is all that is held. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cryptoPair, equity, type Instrument } from '#server/domain/instrument.ts';
import {
  formatFixed,
  type Money,
  notional,
  type Price,
  parseFixed,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Quantity,
} from '#server/domain/money.ts';
import type { Target } from '#server/domain/signal.ts';
import { equityOf } from '#server/domain/valuation.ts';
import { entryValue, quantityFor, size, timeInForceFor } from '#server/risk/size.ts';
import { AAPL, BTC, bench, plan, portfolio } from '#tests/support/builders.ts';
import { calm } from './cases.ts';

const target = (changes: Partial<Target>): Target => ({
  portfolio: portfolio().id,
  symbol: AAPL,
  stance: 1,
  action: 'enter',
  score: 1,
  agreement: 1,
  quorum: 1,
  reason: 'because',
  ...changes,
});

const amount = fc.bigInt({ min: 1n, max: 10n ** 16n });
const instrument = fc
  .record({ step: fc.constantFrom(1n, 10n ** 5n, 10n ** 9n), min: fc.bigInt({ min: 1n, max: 10n ** 9n }) })
  .map(({ step, min }): Instrument => ({ ...equity('X'), quantityStep: step as Quantity, minQuantity: min as Quantity }));

test('the quantity costs at most the value, is in whole steps, and one step more would cost more', () => {
  fc.assert(
    fc.property(instrument, amount, amount, (one, value, price) => {
      const quantity = quantityFor(one, value as Money, price as Price);
      expect(notional(price as Price, quantity) <= value).toBe(true);
      expect(quantity % one.quantityStep).toBe(0n);
      if (quantity > 0n) expect(quantity >= one.minQuantity).toBe(true);
      const more = quantity + one.quantityStep;
      const dearer = more * price > value * 1_000_000_000n;
      expect(dearer || more <= one.minQuantity || quantity === 0n).toBe(true);
    }),
  );
});

test.each([
  [equity('X'), '1000', '333', '3'],
  [equity('X'), '1000', '1000.01', '0'],
  [equity('X'), '-1', '10', '0'],
  [equity('X'), '0', '10', '0'],
  [cryptoPair('X/USD'), '1000', '3', '333.333333333'],
  [{ ...equity('X'), minQuantity: parseQuantity('5') }, '1000', '250', '0'],
])('%o: $%s at $%s is %s', (one, value, price, quantity) => {
  expect(formatFixed(quantityFor(one, parseMoney(value), parsePrice(price)))).toBe(quantity);
});

/** A ratio as the decimal that was written, as a fraction over 10^20. */
function exactly(ratio: number): bigint {
  const [digits = '', exponent = '0'] = ratio.toExponential(17).split('e');
  const scale = 20 - 17 + Number(exponent);
  const whole = BigInt(digits.replace('.', ''));
  return scale >= 0 ? whole * 10n ** BigInt(scale) : whole / 10n ** BigInt(-scale) + 1n;
}

test('an entry is never worth more than equity times capital fraction times fraction, as they are written', () => {
  const ratio = fc.oneof(
    fc.integer({ min: 1, max: 1_000 }).map((n) => n / 1_000),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  const { books } = calm();
  fc.assert(
    fc.property(amount, ratio, ratio, (cash, capitalFraction, fraction) => {
      books.cash = cash as Money;
      const value = entryValue(books, portfolio({ capitalFraction, sizing: { kind: 'fixedFraction', fraction } }));
      // A double that was written with at most nine decimals counts as that decimal, which may be a hair above the double.
      const slack = 10n ** 5n;
      expect(value * 10n ** 40n <= equityOf(books) * (exactly(capitalFraction) + slack) * (exactly(fraction) + slack)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('a fraction finer than a billionth is rounded down, one of nine decimals is exact', () => {
  const { books } = calm();
  const worth = (fraction: number) => formatFixed(entryValue(books, portfolio({ sizing: { kind: 'fixedFraction', fraction } })));
  expect(worth(0.3333333336)).toBe('33333.3333');
  expect(worth(0.57)).toBe('57000');
  expect(worth(0.000000001)).toBe('0.0001');
  for (let n = 1; n <= 1_000; n++) expect(parseFixed(worth(n / 1_000))).toBe(BigInt(n) * 100n * 1_000_000_000n);
});

test('an entry has side, quantity and reason; the votes are in it', () => {
  const engine = calm();
  const market = engine.books.markets.get(AAPL)!;
  const vote = { deployment: 'one' as never, direction: 'up', confidence: 1, value: 1, weight: 1, reason: 'it rose' } as const;
  expect(size(target({}), [vote], portfolio(), engine.books, market)).toMatchObject({
    ...{ side: 'buy', purpose: 'open', type: 'market', timeInForce: 'day', quantity: parseQuantity('100') },
    ...{ expectedPrice: parsePrice('100'), deployments: ['one'], reason: 'because; one: it rose' },
  });
  expect(size(target({ stance: -1 }), [], portfolio(), engine.books, market)).toMatchObject({ side: 'sell', purpose: 'open' });
});

test.each([
  ['7.123456789', 'sell'],
  ['-3', 'buy'],
])('an exit from %s is a %s of all of it, fractions too', (held, side) => {
  const engine = calm();
  const market = engine.books.markets.get(AAPL)!;
  market.position.quantity = parseQuantity(held);
  const intent = size(target({ action: 'exit', stance: 0 }), [], portfolio(), engine.books, market);
  expect(intent).toMatchObject({ side, purpose: 'reduce', quantity: parseQuantity(held.replace('-', '')) });
});

test('what can not be sized says why', () => {
  const engine = bench(plan());
  const market = engine.books.markets.get(AAPL)!;
  expect(size(target({}), [], portfolio(), engine.books, market)).toBe('no price is known yet');
  engine.bar(100);
  const poor = portfolio({ sizing: { kind: 'fixedFraction', fraction: 0.0001 } });
  expect(size(target({}), [], poor, engine.books, market)).toBe("the portfolio's fraction does not buy one lot");
  market.instrument = undefined;
  expect(size(target({}), [], portfolio(), engine.books, market)).toBe('the instrument is not known yet');
});

test('equities are given for the day, crypto until it is cancelled', () => {
  expect([timeInForceFor('us_equity'), timeInForceFor('crypto')]).toEqual(['day', 'gtc']);
  const engine = bench(plan({ portfolios: [portfolio({ symbols: [BTC] })] }));
  engine.bar(100, BTC);
  const market = engine.books.markets.get(BTC)!;
  expect(size(target({ symbol: BTC }), [], portfolio(), engine.books, market)).toMatchObject({ timeInForce: 'gtc' });
});
