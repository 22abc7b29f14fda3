/** Positions and valuation against a model that only knows cash and a list of lots. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fee } from '#server/domain/fees.ts';
import {
  absolute,
  formatFixed,
  type Money,
  notional,
  type Price,
  parseFixed,
  parsePrice,
  parseQuantity,
  type Quantity,
} from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import { applyFill, averageEntryPrice, flat } from '#server/domain/position.ts';
import { AAPL } from '#tests/support/builders.ts';

interface Execution {
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Fee;
}

const NO_FEE: Fee = { quantity: 0n as Quantity, cash: 0n as Money };
const side = fc.constantFrom<Side>('buy', 'sell');
const price = fc.bigInt({ min: 1n, max: 10n ** 15n }) as fc.Arbitrary<Price>;
const quantity = fc.oneof(
  fc.bigInt({ min: 1n, max: 50n }).map((shares) => shares * 10n ** 9n),
  fc.bigInt({ min: 1n, max: 10n ** 14n }),
) as fc.Arbitrary<Quantity>;
const execution: fc.Arbitrary<Execution> = fc
  .record({ side, quantity, price, feePart: fc.constantFrom(0n, 0n, 1n, 25n, 10_000n) })
  .map(({ feePart, ...fill }) => ({
    ...fill,
    fee:
      fill.side === 'buy'
        ? { quantity: ((fill.quantity * feePart) / 10_000n) as Quantity, cash: 0n as Money }
        : { quantity: 0n as Quantity, cash: ((notional(fill.price, fill.quantity) * feePart) / 10_000n) as Money },
  }));
const executions = fc.array(execution, { maxLength: 30 });

/** Applies them all and keeps the cash beside. */
function live(all: readonly Execution[]) {
  const position = flat(AAPL);
  let cash = 0n;
  for (const one of all) cash += applyFill(position, one, one.fee);
  return { position, cash };
}

describe('for any fills, through zero and short, with and without fees', () => {
  test('cash is what was paid and got, the quantity what was bought and sold', () => {
    fc.assert(
      fc.property(executions, (all) => {
        const { position, cash } = live(all);
        let [money, units] = [0n, 0n];
        for (const { side: way, fee, ...fill } of all) {
          const sign = way === 'buy' ? 1n : -1n;
          money -= sign * notional(fill.price, fill.quantity) + fee.cash;
          units += sign * fill.quantity - fee.quantity;
        }
        expect(cash).toBe(money);
        expect(position.quantity).toBe(units);
      }),
    );
  });

  test('realised and unrealised are the change of equity, to the billionth', () => {
    fc.assert(
      fc.property(executions, price, (all, mark) => {
        const { position, cash } = live(all);
        const value = notional(mark, position.quantity);
        expect(position.realised + (value - position.cost)).toBe(cash + value);
      }),
    );
  });

  test('who holds nothing has no cost and no average: all of it is realised', () => {
    fc.assert(
      fc.property(executions, price, (all, last) => {
        const { position, cash } = live(all);
        const held = position.quantity;
        let after = cash;
        if (held !== 0n) {
          const close = { side: held > 0n ? 'sell' : 'buy', quantity: absolute(held) as Quantity, price: last } as const;
          after += applyFill(position, close, NO_FEE);
        }
        expect(position.quantity).toBe(0n);
        expect(position.cost).toBe(0n);
        expect(averageEntryPrice(position)).toBeUndefined();
        expect(position.realised).toBe(after);
      }),
    );
  });

  test('the cost has the sign of the quantity', () => {
    fc.assert(
      fc.property(executions, (all) => {
        const { position } = live(all);
        expect(position.cost === 0n || position.cost > 0n === position.quantity > 0n).toBe(true);
      }),
    );
  });
});

/** Average-cost lots in fractions: what is left keeps its average, a flip begins anew at the fill's price. */
function averageOf(all: readonly Execution[]): number {
  let [units, average] = [0, 0];
  for (const one of all) {
    const signed = (one.side === 'buy' ? 1 : -1) * Number(one.quantity);
    const [cost, at] = [Number(one.price), units + signed];
    if (units === 0 || units > 0 === signed > 0) average = (average * units + cost * signed) / at;
    else if (at !== 0 && at > 0 !== units > 0) average = cost;
    units = at;
  }
  return average;
}

test('the average entry price is that of a plain average-cost model', () => {
  const shares = fc.array(
    fc.record({
      side,
      quantity: fc.integer({ min: 1, max: 100 }).map((n) => parseQuantity(`${n}`)),
      price: fc.integer({ min: 1_000, max: 20_000 }).map((cents) => parsePrice((cents / 100).toFixed(2))),
      fee: fc.constant(NO_FEE),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(shares, (all) => {
      const { position } = live(all);
      const average = averageEntryPrice(position);
      if (average === undefined) expect(position.quantity).toBe(0n);
      else expect(Math.abs(Number(average) - averageOf(all))).toBeLessThan(1_000);
    }),
  );
});

/** [side, quantity, price] … → quantity, cost, realised. */
test.each([
  [
    'a long opened and enlarged',
    [
      ['buy', '10', '100'],
      ['buy', '10', '110'],
    ],
    '20',
    '2100',
    '0',
  ],
  [
    'a long reduced',
    [
      ['buy', '10', '100'],
      ['sell', '4', '110'],
    ],
    '6',
    '600',
    '40',
  ],
  [
    'a long closed',
    [
      ['buy', '10', '100'],
      ['sell', '10', '90'],
    ],
    '0',
    '0',
    '-100',
  ],
  [
    'a long turned short',
    [
      ['buy', '10', '100'],
      ['sell', '15', '110'],
    ],
    '-5',
    '-550',
    '100',
  ],
  [
    'a short opened and enlarged',
    [
      ['sell', '10', '100'],
      ['sell', '10', '110'],
    ],
    '-20',
    '-2100',
    '0',
  ],
  [
    'a short reduced',
    [
      ['sell', '10', '100'],
      ['buy', '4', '90'],
    ],
    '-6',
    '-600',
    '40',
  ],
  [
    'a short turned long',
    [
      ['sell', '10', '100'],
      ['buy', '15', '90'],
    ],
    '5',
    '450',
    '100',
  ],
] as const)('%s', (_name, fills, units, cost, realised) => {
  const all = fills.map(([way, count, at]) => ({ side: way, quantity: parseQuantity(count), price: parsePrice(at), fee: NO_FEE }));
  const { position } = live(all);
  expect([position.quantity, position.cost, position.realised].map(formatFixed)).toEqual([units, cost, realised]);
});

test('a fee that takes the last coin leaves no cost behind', () => {
  const position = flat(AAPL);
  const fill = { side: 'buy', quantity: parseQuantity('1'), price: parsePrice('50') } as const;
  applyFill(position, fill, { quantity: parseQuantity('1'), cash: 0n as Money });
  expect(position).toMatchObject({ quantity: 0n, cost: 0n, realised: parseFixed('-50') });
});
