/** Sizing: whole steps, rounded down, never more than the portfolio's fraction; an exit is all that is held. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Intent } from '#server/domain/decision.ts';
import { cryptoPair, equity, type Instrument } from '#server/domain/instrument.ts';
import type { Limits } from '#server/domain/limits.ts';
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
import type { PortfolioPlan } from '#server/domain/plan.ts';
import type { Target } from '#server/domain/signal.ts';
import { equityOf } from '#server/domain/valuation.ts';
import { judge } from '#server/risk/judge.ts';
import { quantityFor, size, timeInForceFor, type Wanted } from '#server/risk/size.ts';
import { sizingCase, wishOf } from '#server/risk/sizing/wish.ts';
import { AAPL, type Bench, BTC, bench, limits, plan, portfolio } from '#tests/support/builders.ts';
import { calm, refusals } from './cases.ts';

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

/** With limits that do not bind. */
const wide = limits({
  maxOrderNotional: parseMoney('1000000'),
  maxPositionNotional: parseMoney('1000000'),
  maxGrossExposure: parseMoney('1000000'),
});
const sizeOf = (engine: Bench, changes: Partial<Target> = {}, more: Partial<Wanted> = {}) =>
  size(
    { target: target(changes), votes: [], portfolio: portfolio(), market: engine.books.markets.get(changes.symbol ?? AAPL)!, ...more },
    engine.books,
    wide,
  );

/** What the method asks for at $100, in dollars. */
const worthOf = ({ books }: Bench, of: Partial<PortfolioPlan>): Money => {
  const one = portfolio(of);
  const wish = wishOf(one.sizing, sizingCase(one, books, books.markets.get(AAPL)!, parsePrice('100')));
  return typeof wish === 'string' ? (0n as Money) : wish.value;
};

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
  [{ ...equity('X'), minQuantity: parseQuantity('5') }, '1000', '200', '5'],
  [{ ...equity('X'), minQuantity: parseQuantity('0') }, '-1000', '10', '0'],
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
  const engine = calm();
  const { books } = engine;
  fc.assert(
    fc.property(amount, ratio, ratio, (cash, capitalFraction, fraction) => {
      books.cash = cash as Money;
      const value = worthOf(engine, { capitalFraction, sizing: { kind: 'fixedFraction', fraction } });
      // A double that was written with at most nine decimals counts as that decimal, which may be a hair above the double.
      const slack = 10n ** 5n;
      expect(value * 10n ** 40n <= equityOf(books) * (exactly(capitalFraction) + slack) * (exactly(fraction) + slack)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('a fraction finer than a billionth is rounded down, one of nine decimals is exact', () => {
  const engine = calm();
  const worth = (fraction: number) => formatFixed(worthOf(engine, { sizing: { kind: 'fixedFraction', fraction } }));
  expect(worth(0.3333333336)).toBe('33333.3333');
  expect(worth(0.57)).toBe('57000');
  expect(worth(0.000000001)).toBe('0.0001');
  for (let n = 1; n <= 1_000; n++) expect(parseFixed(worth(n / 1_000))).toBe(BigInt(n) * 100n * 1_000_000_000n);
});

test('an entry has side, quantity and reason; the votes are in it', () => {
  const engine = calm();
  const vote = { deployment: 'one' as never, direction: 'up', confidence: 1, value: 1, weight: 1, reason: 'it rose' } as const;
  expect(sizeOf(engine, {}, { votes: [vote] })).toMatchObject({
    ...{ side: 'buy', purpose: 'open', type: 'market', timeInForce: 'day', quantity: parseQuantity('100') },
    ...{ expectedPrice: parsePrice('100'), deployments: ['one'] },
    reason: 'because; one: it rose; fixedFraction of $100000: fraction 0.1',
  });
  expect(sizeOf(engine, { stance: -1 })).toMatchObject({ side: 'sell', purpose: 'open' });
});

test.each([
  ['7.123456789', 'sell'],
  ['-3', 'buy'],
  ['0.000000001', 'sell'],
  ['-0.000000001', 'buy'],
])('an exit from %s is a %s of all of it, fractions too', (held, side) => {
  const engine = calm();
  const market = engine.books.markets.get(AAPL)!;
  market.position.quantity = parseQuantity(held);
  const intent = sizeOf(engine, { action: 'exit', stance: 0 });
  expect(intent).toMatchObject({ side, purpose: 'reduce', quantity: parseQuantity(held.replace('-', '')), reason: 'because' });
});

test('what can not be sized says why', () => {
  const engine = bench(plan());
  const market = engine.books.markets.get(AAPL)!;
  expect(sizeOf(engine)).toBe('no price is known yet');
  engine.bar(100);
  const poor = portfolio({ sizing: { kind: 'fixedFraction', fraction: 0.0001 } });
  expect(sizeOf(engine, {}, { portfolio: poor })).toBe('$10 does not buy one lot (fixedFraction of $100000: fraction 0.0001)');
  market.instrument = undefined;
  expect(sizeOf(engine)).toBe('the instrument is not known yet');
});

test('only Kelly goes by closed trades and by what is at risk already', () => {
  const engine = calm();
  const market = engine.books.markets.get(AAPL)!;
  expect(sizingCase(portfolio(), engine.books, market, parsePrice('100'))).toMatchObject({ price: 100, results: [], openRisk: 0 });
});

test('equities are given for the day, crypto until it is cancelled', () => {
  expect([timeInForceFor('us_equity'), timeInForceFor('crypto')]).toEqual(['day', 'gtc']);
  const engine = bench(plan({ portfolios: [portfolio({ symbols: [BTC] })] }));
  engine.bar(100, BTC);
  expect(sizeOf(engine, { symbol: BTC })).toMatchObject({ timeInForce: 'gtc' });
});

describe('caps', () => {
  const half = (engine: Bench, changes: Partial<Limits>) => {
    const wanted = { target: target({}), votes: [], portfolio: portfolio({ sizing: { kind: 'fixedFraction', fraction: 0.5 } }) } as const;
    return size({ ...wanted, market: engine.books.markets.get(AAPL)! }, engine.books, limits({ ...wide, ...changes }));
  };

  test.each(['maxOrderNotional', 'maxPositionNotional', 'maxGrossExposure'] as const)('%s holds an entry back, and says so', (key) => {
    const engine = calm();
    expect(half(engine, {})).toMatchObject({ quantity: parseQuantity('500') });
    expect(half(engine, { [key]: parseMoney('50000') })).toMatchObject({
      quantity: parseQuantity('500'),
      reason: 'because; fixedFraction of $100000: fraction 0.5',
    });
    expect(half(engine, { [key]: parseMoney('49999.99') })).toMatchObject({
      quantity: parseQuantity('499'),
      reason: `because; fixedFraction of $100000: fraction 0.5, capped at $49999.99 by limits.${key}`,
    });
    expect(half(engine, { [key]: parseMoney('99') })).toContain('$99 does not buy one lot');
  });

  test.each([
    ['maxConcentrationPercent', 20, '200', '$20000 by limits.maxConcentrationPercent'],
    ['maxLeverage', 0.25, '250', '$25000 by limits.maxLeverage'],
    ['maxConcentrationPercent', 20.05, '200', '$20050 by limits.maxConcentrationPercent'],
  ])('%s of %d goes by the equity', (key, limit, quantity, words) => {
    const intent = half(calm(), { [key]: limit }) as Intent;
    expect([formatFixed(intent.quantity), intent.reason]).toEqual([quantity, expect.stringContaining(`capped at ${words}`)]);
  });

  test('of two that are the same the first is named', () => {
    const both = { maxOrderNotional: parseMoney('40000'), maxPositionNotional: parseMoney('40000') };
    expect((half(calm(), both) as Intent).reason).toContain('capped at $40000 by limits.maxOrderNotional');
  });

  test('one order is for no more than its most units, in whole lots', () => {
    expect(half(calm(), { maxOrderQuantity: parseQuantity('499.5') })).toMatchObject({ quantity: parseQuantity('499') });
    expect(half(calm(), { maxOrderQuantity: parseQuantity('500') })).toMatchObject({ quantity: parseQuantity('500') });
    expect(half(calm(), { maxOrderQuantity: parseQuantity('0.5') })).toContain('does not buy one lot');
  });

  test('what the rules of risk refuse by a limit, sizing does not ask for', () => {
    const engine = calm();
    const market = engine.books.markets.get(AAPL)!;
    for (const dollars of ['100', '101', '19999.99', '20000']) {
      const bound = limits({ ...wide, maxOrderNotional: parseMoney(dollars) });
      const intent = half(engine, bound) as Intent;
      expect(refusals(judge({ intent, books: engine.books, market, limits: bound }))).toEqual([]);
    }
  });
});
