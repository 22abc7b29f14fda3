/** What simulated days have found in the engine, each by the name of the defect. */
import { expect, test } from 'vitest';
import type { OrderId } from '#server/domain/ids.ts';
import { formatFixed, parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import { AAPL, alerts, bench, fill, placed, statement } from '#tests/support/builders.ts';

test('lists that were some seconds behind were taken over three times in a second, against a fill that we held', () => {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  const filledAt = engine.at;
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '100', '100') });
  const asBefore = (afterMs: number) => {
    const asOf = plus(filledAt, afterMs);
    return engine.happen({ kind: 'statement', statement: statement({ asOf, cash: parseMoney('100000') }) }, asOf);
  };
  for (const afterMs of [500, 1_000, 2_000, 5_000, 9_000]) {
    const commands = asBefore(afterMs);
    expect(alerts(commands)).toEqual([]);
    // Until the lists have caught up, or until they have had the time to.
    expect(commands).toContainEqual({ kind: 'reconcile' });
  }
  expect(engine.books.kill.level).toBe('armed');
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('100');
  asBefore(10_000);
  asBefore(11_000);
  expect(alerts(asBefore(12_000))).toContain('booksDiffer');
});

test('a market order that never arrived and shares that were journalled in waited for each other for ever', () => {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  engine.happen({ kind: 'orderUnknown', order, reason: 'HTTP 500' });
  const held = { symbol: AAPL, quantity: parseQuantity('5'), averageEntryPrice: parsePrice('90') };
  const told: string[] = [];
  const state = () => ({ status: engine.books.orders.get(order)?.status, reconciled: engine.books.reconciled });
  for (let nth = 0; nth < 12; nth++) {
    engine.happen({ kind: 'orderNotFound', order }, plus(engine.at, 10_000));
    told.push(...alerts(engine.happen({ kind: 'statement', statement: statement({ asOf: engine.at, positions: [held] }) })));
  }
  expect(told).toEqual(expect.arrayContaining(['booksDiffer']));
  expect(state()).toEqual({ status: 'rejected', reconciled: true });
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('5');
});

test('after a restart the executions of a stop-loss in whose place another one stood were counted again, as a stranger’s', () => {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  const told = fill(order, 'buy', '100', '100');
  engine.happen({ kind: 'fill', fill: told });
  const again = engine.happen({ kind: 'fill', fill: { ...told, order: '0dbf56ff-7694-4335-a91b-f909a3eef5dd' as OrderId } });
  expect(alerts(again)).toEqual([]);
  expect(formatFixed(engine.books.markets.get(AAPL)!.position.quantity)).toBe('100');
});
