/** Ids, bars, sessions, instants, instruments, fees: the small things, each with a table. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barFault } from '#server/domain/bar.ts';
import { feeOf } from '#server/domain/fees.ts';
import { type AssetSymbol, orderId, parseOrderId, type RunId, withoutSlash } from '#server/domain/ids.ts';
import { cryptoPair, equity, isCryptoSymbol, priceStepAt } from '#server/domain/instrument.ts';
import { formatFixed, parsePrice, parseQuantity, priceFromNumber } from '#server/domain/money.ts';
import { type Session, sessionAt } from '#server/domain/session.ts';
import { type Instant, instant, plus } from '#server/domain/time.ts';

describe('order ids', () => {
  const run = fc.stringMatching(/^r[0-9a-z]{1,12}$/) as fc.Arbitrary<RunId>;
  const place = fc.nat(Number.MAX_SAFE_INTEGER);

  test('name their place in the journal, and are as many as there are places', () => {
    fc.assert(
      fc.property(run, place, fc.nat(999), (ofRun, seq, leg) => {
        const id = orderId(ofRun, seq, leg);
        expect(id.length).toBeLessThanOrEqual(48);
        expect(parseOrderId(id)).toEqual({ run: ofRun, seq, leg });
      }),
    );
  });

  test.each(['', 'r1', 'r1-2', 'x1-2-3', 'r1-2-3-4', 'R1-2-3', 'r1--3', 'r1-2-3\n', 'b6a0f7a4-58a2-4a2b'])(
    '%j is not one of ours',
    (id) => {
      expect(parseOrderId(id)).toBeUndefined();
    },
  );

  test('one that is longer than the broker takes is refused', () => {
    expect(() => orderId(`r${'x'.repeat(43)}` as RunId, 1, 0)).not.toThrow();
    expect(() => orderId(`r${'x'.repeat(43)}` as RunId, 10, 0)).toThrow('order id too long');
  });
});

describe('bars', () => {
  const good = { open: 10, high: 12, low: 9, close: 11, volume: 100 };
  test.each([
    [{}, undefined],
    [{ volume: 0 }, undefined],
    [{ open: 10, high: 10, low: 10, close: 10 }, undefined],
    [{ open: 1e-9, high: 1e-9, low: 1e-9, close: 1e-9 }, undefined],
    [{ open: Number.NaN }, 'open is not a number'],
    [{ high: Number.POSITIVE_INFINITY }, 'high is not a number'],
    [{ low: 0 }, 'low is 0, a price is above zero'],
    [{ close: -1 }, 'close is -1, a price is above zero'],
    [{ volume: -1 }, 'volume is -1'],
    [{ volume: Number.NaN }, 'volume is NaN'],
    [{ high: 10.5 }, 'high 10.5 is below open, low or close'],
    [{ low: 10.5 }, 'low 10.5 is above open or close'],
    [{ high: 8 }, 'high 8 is below open, low or close'],
  ])('%j: %s', (changes, fault) => {
    expect(barFault({ ...good, ...changes })).toBe(fault);
  });

  test('a bar whose price can not be written as money is refused', () => {
    expect(barFault({ ...good, low: 1e-10 })).toContain('low is 1e-10');
    expect(barFault({ ...good, high: 1e15 })).toContain('high is 1000000000000000');
    fc.assert(
      fc.property(fc.double(), (price) => {
        if (barFault({ open: price, high: price, low: price, close: price, volume: 0 }) === undefined) {
          expect(priceFromNumber(price) > 0n).toBe(true);
        }
      }),
    );
  });
});

test('a session is open from its opening to just before its closing, and never between two', () => {
  const [a, b]: [Session, Session] = [
    { date: 'a', opensAt: 100 as Instant, closesAt: 200 as Instant },
    { date: 'b', opensAt: 300 as Instant, closesAt: 400 as Instant },
  ];
  const at = (ms: number): string | undefined => sessionAt([a, b], ms as Instant)?.date;
  expect([99, 100, 199, 200, 250, 299, 300, 399, 400].map(at)).toEqual([
    undefined,
    'a',
    'a',
    undefined,
    undefined,
    undefined,
    'b',
    'b',
    undefined,
  ]);
  expect(sessionAt([], 100 as Instant)).toBeUndefined();
});

test('instants are whole milliseconds of our age', () => {
  expect(plus(instant(1_700_000_000_000), 5)).toBe(1_700_000_000_005);
  for (const ms of [0, 1.5, -1, Number.NaN, 1_700_000_000, 1e14]) expect(() => instant(ms)).toThrow(`not an instant: ${ms}`);
});

test('instruments: crypto has a slash, equities a step that depends on the price', () => {
  expect([isCryptoSymbol('BTC/USD'), isCryptoSymbol('AAPL')]).toEqual([true, false]);
  expect(withoutSlash('BTC/USD' as AssetSymbol)).toBe('BTCUSD');
  expect(formatFixed(priceStepAt(equity('X'), parsePrice('1')))).toBe('0.01');
  expect(formatFixed(priceStepAt(equity('X'), parsePrice('0.999999999')))).toBe('0.0001');
  expect(formatFixed(priceStepAt(cryptoPair('X/USD'), parsePrice('1')))).toBe('0.000000001');
});

test.each([
  ['us_equity', 'buy', 25, '0', '0'],
  ['us_equity', 'sell', 25, '0', '0'],
  ['crypto', 'buy', 25, '0.005', '0'],
  ['crypto', 'sell', 25, '0', '50'],
  ['crypto', 'buy', 0, '0', '0'],
  ['crypto', 'sell', 7.5, '0', '15'],
] as const)('%s %s at %f basis points keeps %s units and $%s', (assetClass, side, cryptoTakerBasisPoints, quantity, cash) => {
  const fee = feeOf({ cryptoTakerBasisPoints }, assetClass, { side, quantity: parseQuantity('2'), price: parsePrice('10000') });
  expect([formatFixed(fee.quantity), formatFixed(fee.cash)]).toEqual([quantity, cash]);
});
