/** A stop that follows the price is moved in one request: at no moment is none at work, and of the two orders only one counts. */
import { expect, test } from 'vitest';
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import { closingQuantity } from '#server/domain/closing.ts';
import { type BrokerOrderId, type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { formatFixed, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import { inconsistency } from '#server/engine/observe.ts';
import { reapply } from '#server/engine/reapply.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { newTurn } from '#server/engine/turn.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, alerts, type Bench, NOON, statement, view } from '#tests/support/builders.ts';
import { entered, policy, words } from './exits-bench.ts';

const trailed = policy({ takeProfit: { percent: 20 }, trailingStop: { percent: 2 } });

/** A statement that bears the books out, and lists nothing. */
const statementOf = ({ books, at }: Bench) => {
  const { quantity } = books.markets.get(AAPL)!.position;
  return statement({ asOf: at, cash: books.cash, positions: [{ symbol: AAPL, quantity, averageEntryPrice: parsePrice('100') }] });
};

/** 100 shares under a pair, whose stop has just been asked to move from 98 to 99.96. */
function moving() {
  const { engine, order: takeProfit } = entered(trailed);
  const old = stopSideOf(takeProfit);
  let clock: number = NOON;
  const say = (order: OrderId, word: BrokerStatus, changes = {}): readonly Command[] => {
    const said = view(order, word, { side: 'sell', updatedAt: ++clock as typeof NOON, ...changes });
    return engine.happen({ kind: 'orderSeen', view: said });
  };
  const answer = (order: OrderId, word: BrokerStatus, changes = {}): readonly Command[] =>
    engine.happen({
      kind: 'orderSeen',
      view: view(order, word, { side: 'sell', updatedAt: clock as typeof NOON, ...changes }),
      asked: true,
    });
  say(old, 'held');
  const commands = engine.candle(101, 102, 102);
  const fresh = commands.flatMap((command) => (command.kind === 'replace' ? [command.order] : []))[0]!;
  const market = engine.books.markets.get(AAPL)!;
  return {
    ...{ engine, takeProfit, old, fresh, commands, say, answer },
    closing: () => formatFixed(closingQuantity(engine.books, market)),
    statuses: () => [old, fresh].map((id) => engine.books.orders.get(id)?.status),
    sound: () => expect(inconsistency(engine.books)).toBeUndefined(),
  };
}

test('one request, with an id of its own, for the same shares; both are watched, and the shares are claimed once', () => {
  const { commands, old, fresh, closing, statuses, engine } = moving();
  expect(commands).toMatchObject([
    {
      kind: 'replace',
      order: fresh,
      replaces: old,
      brokerId: `b-${old}`,
      intent: { type: 'stop', exit: 'trailingStop', purpose: 'reduce' },
    },
  ]);
  expect(statuses()).toEqual(['working', 'submitting']);
  expect(closing()).toBe('100');
  // While that is open neither is touched, wherever the price goes.
  expect(words(engine.candle(103, 104, 104))).toEqual([]);
});

test('when the broker says that it was replaced, the new one is the stop of the pair', () => {
  const { engine, say, old, fresh, takeProfit, closing, statuses, sound } = moving();
  engine.happen({ kind: 'orderAccepted', order: fresh, brokerId: 'b-new' as BrokerOrderId });
  expect(alerts(say(old, 'replaced'))).toEqual([]);
  expect(statuses()).toEqual(['cancelled', 'working']);
  expect(engine.books.orders.get(takeProfit)).toMatchObject({ sibling: fresh, status: 'working' });
  expect(closing()).toBe('100');
  say(fresh, 'held');
  // And it can be moved again.
  expect(engine.candle(109, 110, 110)).toMatchObject([{ kind: 'replace', replaces: fresh }]);
  sound();
});

test('a refusal proves nothing: both are asked for, and the new one is taken in when the broker had done it all the same', () => {
  const { engine, answer, old, fresh, statuses } = moving();
  const refused = engine.happen({ kind: 'orderRejected', order: fresh, code: '42210000', reason: 'no' });
  expect(refused.map((command) => ('order' in command ? command.order : command.kind))).toEqual([fresh, old]);
  expect(statuses()).toEqual(['working', 'unknown']);
  answer(old, 'replaced');
  expect(statuses()).toEqual(['cancelled', 'working']);
});

test('a refusal, and a broker that knows the old one only: for a minute both are watched, then the old one is moved in two steps', () => {
  const { engine, answer, old, fresh, statuses, takeProfit } = moving();
  engine.happen({ kind: 'orderRejected', order: fresh, code: '42210000', reason: 'no' });
  const commands: Command[] = [];
  for (let second = 0; second < 70; second++) {
    commands.push(...engine.happen({ kind: 'orderNotFound', order: fresh }, plus(engine.at, 1_000)));
    if (second === 5) commands.push(...engine.happen({ kind: 'statement', statement: statementOf(engine) }));
    commands.push(...answer(old, 'held'));
  }
  expect(statuses()[1]).toBe('rejected');
  expect(alerts(commands)).toContain('orderLost');
  expect(commands.find(({ kind }) => kind === 'cancel')).toMatchObject({ order: takeProfit });
  expect(commands.filter(({ kind }) => kind === 'replace')).toEqual([]);
});

test('silence: both are asked for; an old one that filled meanwhile ends the new one', () => {
  const { engine, say, old, fresh, takeProfit, closing, sound } = moving();
  const lost = engine.happen({ kind: 'orderUnknown', order: fresh, reason: 'timeout' });
  expect(lost.filter(({ kind }) => kind === 'ask').map((command) => ('order' in command ? command.order : ''))).toEqual([fresh, old]);
  engine.fillOf(old, 'sell', '100', '98');
  say(takeProfit, 'canceled');
  say(fresh, 'canceled');
  expect([closing(), engine.books.openOrderCount]).toEqual(['0', 0]);
  sound();
});

test('what the old one sold before it was replaced, the new one is not for', () => {
  const { engine, say, old, fresh, closing } = moving();
  engine.fillOf(old, 'sell', '30', '98');
  say(old, 'replaced', { filled: parseQuantity('30') });
  say(fresh, 'held', { quantity: parseQuantity('70') });
  expect(closing()).toBe('70');
  expect(formatFixed(engine.books.orders.get(fresh)!.quantity)).toBe('70');
});

test('an order of which the broker has not said that it may be moved is cancelled and given anew', () => {
  const { engine, order } = entered(trailed);
  expect(words(engine.candle(101, 102, 102))).toEqual([`cancel ${order}`]);
});

test('a stop alone is moved in the same way, and of the two the larger counts', () => {
  const { engine, order } = entered(policy({ stopLoss: { percent: 5 }, breakEven: { percent: 1 } }));
  engine.happen({ kind: 'orderSeen', view: view(order, 'new', { side: 'sell' }) });
  expect(engine.candle(101, 102, 102)).toMatchObject([{ kind: 'replace', replaces: order, intent: { exit: 'breakEven' } }]);
  expect(formatFixed(closingQuantity(engine.books, engine.books.markets.get(AAPL)!))).toBe('100');
  // Its end is no refusal: protection goes on at once.
  const replaced = view(order, 'replaced', { side: 'sell', updatedAt: plus(NOON, 1) });
  expect(alerts(engine.happen({ kind: 'orderSeen', view: replaced }))).toEqual([]);
  expect(engine.books.markets.get(AAPL)!.guard?.refusedAt).toBeUndefined();
});

test('the replacement survives a snapshot, and the journal brings it back', () => {
  const { engine, old, fresh, commands } = moving();
  const text = encode(snapshotOf(engine.books));
  expect(encode(snapshotOf(restore(decode(text), engine.plan, true)))).toBe(text);
  const { engine: again, order } = entered(trailed);
  const entry = { seq: again.books.seq + 1, at: engine.at, event: { kind: 'tick' } as const, signals: [], decisions: [], commands };
  reapply(again.books, again.plan, decode(encode(entry)), newTurn());
  expect(again.books.orders.get(fresh)).toMatchObject({ replaces: old, status: 'submitting', sibling: order });
  expect(again.books.orders.get(old)).toMatchObject({ replacedBy: fresh });
});

test('of a moved stop of which the take-profit had sold a part, a first sale was taken for the last one', () => {
  const { engine, say, old, fresh, takeProfit, closing, statuses, sound } = moving();
  say(old, 'replaced');
  engine.fillOf(takeProfit, 'sell', '60', '104');
  say(takeProfit, 'partially_filled', { filled: parseQuantity('60') });
  say(fresh, 'held', { quantity: parseQuantity('40') });
  expect(closing()).toBe('40');
  // It fires: the broker ends the take-profit, and sells in parts.
  say(takeProfit, 'canceled', { filled: parseQuantity('60') });
  expect(closing()).toBe('40');
  engine.fillOf(fresh, 'sell', '10', '98');
  expect([statuses()[1], closing()]).toEqual(['cancelling', '30']);
  engine.fillOf(fresh, 'sell', '30', '98');
  expect([statuses()[1], closing(), engine.books.openOrderCount]).toEqual(['filled', '0', 0]);
  sound();
});
