/** Two orders of which one is filled: one request, one claim on the shares, one cancel, and two lives. */
import { expect, test } from 'vitest';
import { closingQuantity } from '#server/domain/closing.ts';
import { type BrokerOrderId, type OrderId, orderId, parseOrderId, type RunId, requestOf, stopSideOf } from '#server/domain/ids.ts';
import { formatFixed, parseQuantity } from '#server/domain/money.ts';
import { cancel } from '#server/engine/act.ts';
import type { Entry } from '#server/engine/command.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { given, newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, type Bench, bench, fill, placed, plan, portfolio, view } from '#tests/support/builders.ts';
import { policy } from './exits-bench.ts';

/** Books that hold 100 shares, with a pair out for all of them. */
function paired() {
  const exits = policy({ stopLoss: { percent: 5 }, takeProfit: { percent: 10 } });
  const engine = bench(plan({ portfolios: [portfolio({ exits })] }));
  const [entry] = placed(engine.bar(100));
  const commands = engine.happen({ kind: 'fill', fill: fill(entry!.order, 'buy', '100', '100') });
  const takeProfit = placed(commands)[0]!.order;
  const market = engine.books.markets.get(AAPL)!;
  return { engine, market, commands, takeProfit, stopLoss: stopSideOf(takeProfit) };
}

const statuses = ({ books }: Bench, ...ids: OrderId[]) => ids.map((id) => books.orders.get(id)?.status);

function accept({ engine, takeProfit, stopLoss }: ReturnType<typeof paired>): void {
  for (const order of [takeProfit, stopLoss]) engine.happen({ kind: 'orderAccepted', order, brokerId: `b-${order}` as BrokerOrderId });
}

test('one command makes two orders, which claim the shares once', () => {
  const { engine, market, commands, takeProfit, stopLoss } = paired();
  expect(commands).toMatchObject([{ kind: 'place', order: takeProfit, intent: { type: 'oco' } }]);
  expect(engine.books.orders.get(takeProfit)).toMatchObject({ type: 'limit', exit: 'takeProfit', sibling: stopLoss });
  expect(engine.books.orders.get(stopLoss)).toMatchObject({ type: 'stop', exit: 'stopLoss', sibling: takeProfit });
  expect(formatFixed(closingQuantity(engine.books, market))).toBe('100');
  expect(inconsistency(engine.books)).toBeUndefined();
});

test('ids of the stop side name the same place in the journal, and the request that they went out with', () => {
  const id = orderId('r1' as RunId, 7, 2);
  expect(parseOrderId(stopSideOf(id))).toEqual({ run: 'r1', seq: 7, leg: 2 });
  expect([requestOf(stopSideOf(id)), requestOf(id), requestOf('given-by-hand-s' as OrderId)]).toEqual([id, id, 'given-by-hand-s']);
});

test.each(['takeProfit', 'stopLoss'] as const)('what the %s fills, the other no longer claims, and its end is expected', (side) => {
  const pair = paired();
  accept(pair);
  const { engine, market } = pair;
  const [filled, other] = side === 'takeProfit' ? [pair.takeProfit, pair.stopLoss] : [pair.stopLoss, pair.takeProfit];
  engine.happen({ kind: 'fill', fill: fill(filled, 'sell', '40', '110') });
  expect(formatFixed(closingQuantity(engine.books, market))).toBe('60');
  // The broker ends the other one by itself: nothing is sent.
  expect(engine.happen({ kind: 'fill', fill: fill(filled, 'sell', '60', '110') })).toEqual([]);
  expect(formatFixed(closingQuantity(engine.books, market))).toBe('0');
  expect(statuses(engine, filled, other)).toEqual(['filled', 'cancelling']);
  // The stream may miss the end of the other one: it is asked for until it is known.
  expect(engine.happen({ kind: 'tick' }, (engine.at + 3_000) as typeof engine.at)).toMatchObject([{ kind: 'ask', order: other }]);
  engine.happen({ kind: 'orderSeen', view: view(other, 'canceled', { side: 'sell' }) });
  expect(engine.books.openOrderCount).toBe(0);
});

test('two of a pair that filled in parts are filled when together they are', () => {
  const pair = paired();
  accept(pair);
  const { engine, takeProfit, stopLoss } = pair;
  engine.happen({ kind: 'fill', fill: fill(takeProfit, 'sell', '40', '110') });
  engine.happen({ kind: 'fill', fill: fill(stopLoss, 'sell', '60', '95') });
  expect(statuses(engine, takeProfit, stopLoss)).toEqual(['cancelling', 'filled']);
  // In the other order it is the broker who says so, since nobody else knows how it came about.
  const other = paired();
  accept(other);
  other.engine.happen({ kind: 'fill', fill: fill(other.stopLoss, 'sell', '60', '95') });
  const filled = { quantity: parseQuantity('60'), filled: parseQuantity('60'), side: 'sell' } as const;
  other.engine.happen({ kind: 'orderSeen', view: view(other.stopLoss, 'filled', filled) });
  expect(statuses(other.engine, other.takeProfit, other.stopLoss)).toEqual(['cancelling', 'filled']);
});

test('a take-profit that ends because the stop-loss fired leaves the claim to the stop-loss', () => {
  const pair = paired();
  accept(pair);
  pair.engine.happen({ kind: 'orderSeen', view: view(pair.takeProfit, 'canceled', { side: 'sell' }) });
  expect(formatFixed(closingQuantity(pair.engine.books, pair.market))).toBe('100');
});

test.each(['takeProfit', 'stopLoss'] as const)('cancelling the %s sends one cancel, and ends both', (side) => {
  const pair = paired();
  accept(pair);
  const { engine, takeProfit, stopLoss } = pair;
  for (const id of side === 'takeProfit' ? [takeProfit, stopLoss] : [stopLoss, takeProfit]) {
    cancel(engine.books, engine.books.orders.get(id)!, engine.turn);
  }
  expect(given(engine.turn).commands).toEqual([{ kind: 'cancel', order: takeProfit, brokerId: `b-${takeProfit}` }]);
  expect(statuses(engine, takeProfit, stopLoss)).toEqual(['cancelling', 'cancelling']);
});

test('a refused or lost request is the fate of both', () => {
  const refused = paired();
  refused.engine.happen({ kind: 'orderRejected', order: refused.takeProfit, code: '403', reason: 'no' });
  expect(statuses(refused.engine, refused.takeProfit, refused.stopLoss)).toEqual(['rejected', 'rejected']);
  expect(inconsistency(refused.engine.books)).toBeUndefined();
  const lost = paired();
  const commands = lost.engine.happen({ kind: 'orderUnknown', order: lost.takeProfit, reason: 'timeout' });
  expect(commands).toEqual([lost.takeProfit, lost.stopLoss].map((order) => ({ kind: 'ask', order })));
  expect(statuses(lost.engine, lost.takeProfit, lost.stopLoss)).toEqual(['unknown', 'unknown']);
});

test('a stop-loss that alone is not known by name does not take its take-profit with it', () => {
  const { engine, takeProfit, stopLoss } = paired();
  engine.happen({ kind: 'orderAccepted', order: takeProfit, brokerId: 'b' as BrokerOrderId });
  engine.happen({ kind: 'orderUnknown', order: stopLoss, reason: 'the reply does not name it' });
  expect(statuses(engine, takeProfit, stopLoss)).toEqual(['working', 'unknown']);
});

test('pairs survive a snapshot, and the journal brings them back', () => {
  const { engine, commands, takeProfit, stopLoss } = paired();
  const text = encode(snapshotOf(engine.books));
  const restored = restore(decode(text), engine.plan, true);
  expect(encode(snapshotOf(restored))).toBe(text);
  const before = bench(engine.plan);
  const entry: Entry = { seq: before.books.seq + 1, at: engine.books.at, event: { kind: 'tick' }, signals: [], decisions: [], commands };
  const cancels: Entry = { ...entry, seq: entry.seq + 1, commands: [{ kind: 'cancel', order: takeProfit, brokerId: undefined }] };
  const turn = newTurn();
  reapply(before.books, before.plan, decode(encode(entry)), turn);
  expect(statuses(before, takeProfit, stopLoss)).toEqual(['submitting', 'submitting']);
  accept({ engine: before, takeProfit, stopLoss } as ReturnType<typeof paired>);
  reapply(before.books, before.plan, { ...cancels, seq: before.books.seq + 1 }, turn);
  expect(statuses(before, takeProfit, stopLoss)).toEqual(['cancelling', 'cancelling']);
});
