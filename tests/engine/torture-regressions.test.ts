/** What the torture of real processes has found in the engine, each by the name of the defect. */
import { expect, test } from 'vitest';
import type { OrderId } from '#server/domain/ids.ts';
import { formatFixed, parseMoney, parseQuantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { AAPL, bench, fill, NOON, placed, statement } from '#tests/support/builders.ts';

const MINUTE = 60_000;
const at = (minutes: number): Instant => (NOON + minutes * MINUTE) as Instant;

test('a market order that waited for the open kept a restarted daemon unreconciled all night', () => {
  const engine = bench();
  expect(placed(engine.bar(100))).toHaveLength(1);
  engine.happen({ kind: 'started', version: '0', plan: '' }, at(5));
  expect(engine.books.reconciled).toBe(false);
  engine.happen({ kind: 'statement', statement: statement({ asOf: at(6) }) }, at(6));
  expect(engine.books.reconciled).toBe(true);
  // What differs may still be its fill, under way: that is no evidence.
  const filled = [{ symbol: AAPL, quantity: parseQuantity('100'), averageEntryPrice: parseQuantity('100') as never }];
  for (let minute = 7; minute < 12; minute++) {
    engine.happen(
      { kind: 'statement', statement: statement({ asOf: at(minute), positions: filled, cash: parseMoney('90000') }) },
      at(minute),
    );
  }
  expect(engine.books.kill.level).toBe('armed');
});

test("a stranger's execution of before the first statement was counted a second time", () => {
  const engine = bench();
  const before = { ...fill('somebody' as OrderId, 'buy', '5', '100'), at: at(-3) };
  engine.happen({ kind: 'fill', fill: before });
  expect(formatFixed(engine.books.cash)).toBe('100000');
  engine.happen({ kind: 'fill', fill: { ...fill('somebody' as OrderId, 'buy', '5', '100'), at: at(1) } });
  expect(formatFixed(engine.books.cash)).toBe('99500');
});
