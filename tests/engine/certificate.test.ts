/** What the account was when the session was over, on record: once a session, and only when books and broker agree. */
import { expect, test } from 'vitest';
import { parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { DAY_MS, plus } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, type Bench, bench, fill, NOON, placed, statement, view } from '#tests/support/builders.ts';

const CLOSE = plus(NOON, DAY_MS);

/** 60 of the 100 shares of an entry are held; the rest is still wanted. */
function held() {
  const engine = bench();
  const { order } = placed(engine.bar(100))[0]!;
  engine.happen({ kind: 'fill', fill: fill(order, 'buy', '60', '100') });
  return { engine, order };
}

const positions = [{ symbol: AAPL, quantity: parseQuantity('60'), averageEntryPrice: parsePrice('100') }];

function stated(engine: Bench, at: typeof NOON, changes: Partial<ReturnType<typeof statement>> = {}): Command[] {
  const said = statement({ asOf: at, cash: parseMoney('94000'), positions, ...changes });
  return engine.happen({ kind: 'statement', statement: said }, at).filter(({ kind }) => kind === 'certify');
}

test('the first statement after the close that agrees is a certificate of cash, positions and open orders, and says what it rests on', () => {
  const { engine, order } = held();
  expect(stated(engine, plus(CLOSE, -1))).toEqual([]);
  const asOf = plus(CLOSE, 1_000);
  engine.happen({ kind: 'orderSeen', view: view('by-hand' as typeof order, 'new') });
  expect(stated(engine, asOf)).toEqual([
    {
      kind: 'certify',
      certificate: {
        session: '2026-03-18',
        account: 'TEST',
        cash: parseMoney('94000'),
        positions: [{ symbol: AAPL, quantity: parseQuantity('60'), cost: parseMoney('6000') }],
        openOrders: [{ id: order, status: 'working', unfilled: parseQuantity('40') }],
        externalOrders: ['b-by-hand'],
        statementAsOf: asOf,
      },
    },
  ]);
  expect(stated(engine, plus(CLOSE, 2_000))).toEqual([]);
});

test('none while they differ, and none while an order is unknown', () => {
  const { engine, order } = held();
  expect(stated(engine, plus(CLOSE, 1), { cash: parseMoney('93999') })).toEqual([]);
  const other = bench();
  const { order: lost } = placed(other.bar(100))[0]!;
  other.happen({ kind: 'orderUnknown', order: lost, reason: 'timeout' });
  expect(stated(other, plus(CLOSE, 1), { cash: parseMoney('100000'), positions: [] })).toEqual([]);
  engine.happen({ kind: 'orderSeen', view: view(order, 'canceled', { filled: parseQuantity('60') }) });
  expect(stated(engine, plus(CLOSE, 2))).toHaveLength(1);
});

test('one a session over a restart, and none of a session from before the run began', () => {
  const { engine } = held();
  stated(engine, plus(CLOSE, 1));
  const books = restore(decode(encode(snapshotOf(engine.books))), engine.plan, true);
  expect(books.certified).toBe('2026-03-18');
  const late = bench(undefined, { asOf: plus(CLOSE, 5) });
  expect(stated(late, plus(CLOSE, 10), { cash: parseMoney('100000'), positions: [] })).toEqual([]);
});
