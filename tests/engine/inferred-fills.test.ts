/** Executions that the broker counts and nobody brings: booked at the price that makes the sum right, and replaced when they come. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExecutionId } from '#server/domain/ids.ts';
import { formatFixed, type Money, notional, parsePrice, parseQuantity, type Quantity } from '#server/domain/money.ts';
import { flat, reprice } from '#server/domain/position.ts';
import { plus } from '#server/domain/time.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { step } from '#server/engine/step.ts';
import { given, newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import {
  AAPL,
  alerts,
  type Bench,
  BTC,
  bench,
  fill,
  NOON,
  placed,
  plan,
  portfolio,
  scripted,
  statement,
  view,
} from '#tests/support/builders.ts';

/** Of an order for 100 shares the broker counts 60 for 101.3 each; we were told of 40 at 101.2. */
function gapped(counted: { filled: string; average: string } = { filled: '60', average: '101.3' }) {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '40', '101.2') });
  const said = { filled: parseQuantity(counted.filled), averageFillPrice: parsePrice(counted.average), updatedAt: plus(NOON, 5) };
  engine.happen({ kind: 'orderSeen', view: view(order, 'canceled', said) });
  return { engine, order, known: () => engine.books.orders.get(order)! };
}

const stated = (engine: Bench, laterMs: number) =>
  engine.happen({ kind: 'statement', statement: statement({ asOf: plus(engine.at, laterMs) }) }, plus(engine.at, laterMs));

const sums = ({ books }: Bench) => {
  const { quantity, cost, realised } = books.markets.get(AAPL)!.position;
  return [books.cash, quantity, cost, realised].map(formatFixed);
};

test('a gap is asked after, and for half a minute nothing is made up', () => {
  const { engine, known } = gapped();
  expect(known().status).toBe('working');
  expect(engine.happen({ kind: 'tick' }, plus(engine.at, 1_000))).toContainEqual({ kind: 'ask', order: known().id });
  stated(engine, 28_000);
  expect(formatFixed(known().filled)).toBe('40');
});

test('then the rest is booked at the residual price, under an id that says what it is, and the ending is believed', () => {
  const { engine, known, order } = gapped();
  expect(alerts(stated(engine, 30_000))).toContain('fillInferred');
  // 60 x 101.3 - 40 x 101.2 = 2030, for 20 shares.
  expect(known().executions.at(-1)).toEqual({
    executionId: `inferred:${order}:60`,
    quantity: parseQuantity('20'),
    price: parsePrice('101.5'),
  });
  expect([known().status, formatFixed(known().filledNotional)]).toEqual(['cancelled', '6078']);
  expect(sums(engine)).toEqual(['93922', '60', '6078', '0']);
  expect(inconsistency(engine.books)).toBeUndefined();
});

test('the same from a snapshot: the same id, the same sums', () => {
  const { engine, order } = gapped();
  const books = restore(decode(encode(snapshotOf(engine.books))), engine.plan, true);
  stated(engine, 30_000);
  const turn = newTurn();
  step(books, engine.plan, { kind: 'statement', statement: statement({ asOf: engine.at }) }, engine.at, turn);
  expect(given(turn).commands.some((command) => command.kind === 'alert' && command.code === 'fillInferred')).toBe(true);
  expect(encode(books.orders.get(order))).toBe(encode(engine.books.orders.get(order)));
});

test('the real execution takes its place: nothing is counted twice, and its price is what was paid', () => {
  const { engine, known, order } = gapped();
  stated(engine, 30_000);
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '20', '101.4') });
  expect(known().executions.map(({ quantity }) => formatFixed(quantity))).toEqual(['40', '20']);
  expect(known().executions.some(({ executionId }) => executionId.startsWith('inferred'))).toBe(false);
  expect(sums(engine)).toEqual(['93924', '60', '6076', '0']);
});

test('an execution larger than what was inferred is news for the rest of it', () => {
  const { engine, known, order } = gapped();
  stated(engine, 30_000);
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '30', '101.4') });
  expect(formatFixed(known().filled)).toBe('70');
  expect(sums(engine)).toEqual(['92910', '70', '7090', '0']);
});

test('of what was sold meanwhile the price of a purchase corrects the profit', () => {
  const position = { ...flat(AAPL), quantity: parseQuantity('-5'), cost: -500_000_000_000n as Money };
  expect(reprice(position, 'buy', 7n as Money, 2n as Money)).toBe(-9n);
  expect(position).toMatchObject({ cost: -500_000_000_000n, realised: -9n });
  expect(reprice(position, 'sell', 7n as Money, 0n as Money)).toBe(7n);
  expect(position).toMatchObject({ cost: -500_000_000_007n, realised: -9n });
});

test('whatever came before the inference and whatever comes after it, the sums are those of the real executions', () => {
  const executions = fc.array(fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 9_000, max: 11_000 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(executions, fc.nat(), fc.constantFrom(AAPL, BTC), (all, mask, symbol) => {
      const engine = bench(plan({ portfolios: [portfolio({ symbols: [symbol] })] }));
      const straight = bench(plan({ portfolios: [portfolio({ symbols: [symbol] })] }));
      const { order } = placed(engine.bar(100, symbol))[0]!;
      straight.bar(100, symbol);
      const fills = all.map(([shares, cents], nth) => ({
        ...fill(order, 'buy', `${shares}`, (cents / 100).toFixed(2), symbol),
        executionId: `real-${nth}` as ExecutionId,
      }));
      const filled = fills.reduce((sum, one) => sum + one.quantity, 0n) as Quantity;
      const paid = fills.reduce((sum, one) => sum + notional(one.price, one.quantity), 0n);
      for (const one of fills) straight.happen({ kind: 'fill', fill: one });
      const isEarly = (_: unknown, nth: number) => ((mask >> nth) & 1) === 1;
      for (const one of fills.filter(isEarly)) engine.happen({ kind: 'fill', fill: one });
      const averageFillPrice = ((paid * 1_000_000_000n) / filled) as never;
      engine.happen({ kind: 'orderSeen', view: view(order, 'canceled', { symbol, filled, averageFillPrice }) });
      stated(engine, 60_000);
      expect(engine.books.orders.get(order)?.filled).toBe(filled);
      for (const one of fills) engine.happen({ kind: 'fill', fill: one });
      const position = engine.books.markets.get(symbol)!.position;
      expect(position).toEqual(straight.books.markets.get(symbol)!.position);
      expect(engine.books.cash).toBe(straight.books.cash);
      expect(engine.books.orders.get(order)).toMatchObject({ filled, filledNotional: paid });
    }),
    { numRuns: 200 },
  );
});

test('the fee of a sale of coins follows the price', () => {
  const sold = (isLate: boolean): string[] => {
    const deployments = [{ ...portfolio().deployments[0]!, hire: scripted(['flat']) }];
    const positions = [{ symbol: BTC, quantity: parseQuantity('1'), averageEntryPrice: parsePrice('9000') }];
    const engine = bench(plan({ portfolios: [portfolio({ symbols: [BTC], deployments })] }), { positions });
    const { order } = placed(engine.bar(10_000, BTC))[0]!;
    const counted = { symbol: BTC, side: 'sell', filled: parseQuantity('1'), averageFillPrice: parsePrice('10000') } as const;
    if (isLate) engine.happen({ kind: 'orderSeen', view: view(order, 'filled', counted) });
    if (isLate) stated(engine, 30_000);
    engine.happen({ kind: 'fill', fill: fill(order, 'sell', '1', '10100', BTC) });
    return [engine.books.cash, engine.books.markets.get(BTC)!.position.realised].map(formatFixed);
  };
  expect(sold(true)).toEqual(sold(false));
  expect(sold(true)).toEqual(['110074.75', '1074.75']);
});

test('without an average the price is the one that was expected', () => {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  engine.happen({ kind: 'orderSeen', view: view(order, 'canceled', { filled: parseQuantity('60') }) });
  stated(engine, 30_000);
  expect(engine.books.orders.get(order)?.executions[0]).toMatchObject({ price: parsePrice('100'), quantity: parseQuantity('60') });
});
