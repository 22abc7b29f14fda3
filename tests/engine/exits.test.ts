/** What protects a position: which order for which rules and which asset, where, how much of it, and how it follows. */

import { describe, expect, test } from 'vitest';
import { formatFixed, parseQuantity } from '#server/domain/money.ts';
import { MINUTE_MS, plus } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { BTC, giveUp, placed } from '#tests/support/builders.ts';
import { entered, guarded, policy, words } from './exits-bench.ts';

const stopLoss = { percent: 2 };
const takeProfit = { percent: 4 };
const trailingStop = { percent: 3 };

describe('whole shares', () => {
  test.each([
    ['a stop-loss waits as a stop', { stopLoss }, 'sell 100 stop 98 gtc'],
    ['a take-profit waits as a limit', { takeProfit }, 'sell 100 limit 104 gtc'],
    ['both wait as a pair', { stopLoss, takeProfit }, 'sell 100 oco 98 104 gtc'],
    ['a trailing stop is the broker’s own', { trailingStop }, 'sell 100 trailing_stop 3 gtc'],
    ['beside a target the stop is moved by us', { trailingStop, takeProfit }, 'sell 100 oco 97 104 gtc'],
    ['the nearer of two stops waits', { trailingStop, stopLoss }, 'sell 100 stop 98 gtc'],
  ])('%s', (_, exits, expected) => {
    expect(entered(policy(exits)).first).toEqual([expected]);
  });

  test('short positions are mirrored', () => {
    const more = { mayShort: true };
    expect(entered(policy({ stopLoss, takeProfit }), { opinions: ['down'], more }).first).toEqual(['buy 100 oco 102 96 gtc']);
    expect(entered(policy({ trailingStop }), { opinions: ['down'], more }).first).toEqual(['buy 100 trailing_stop 3 gtc']);
  });

  test('prices lie on the ticks, and never nearer to the market than was said', () => {
    const { first } = entered(policy({ stopLoss: { percent: 1.234 }, takeProfit: { percent: 1.234 } }), { price: '33.33' });
    // 33.33 × 0.98766 = 32.9187… and × 1.01234 = 33.7412…
    expect(first).toEqual(['sell 300 oco 32.91 33.75 gtc']);
  });

  test('says why, with the numbers', () => {
    const { engine } = entered(policy({ stopLoss, takeProfit }));
    const [decision] = engine.last.length > 0 ? engine.last : engine.turn.decisions;
    const orders = [...engine.books.orders.values()].slice(1);
    expect(orders.map(({ exit, type }) => [exit, type])).toEqual([
      ['takeProfit', 'limit'],
      ['stopLoss', 'stop'],
    ]);
    expect(orders[0]?.reason).toBe('stop-loss at 98: 2 % from the entry 100.0000; take-profit at 104: 4 % from the entry 100.0000');
    expect(decision).toBeUndefined();
  });
});

test('fractions of a share have a stop for the day, given anew when the day is over; the target is watched', () => {
  const { engine, first, order } = entered(policy({ stopLoss, takeProfit }), { quantity: '10.5' });
  expect(first).toEqual(['sell 10.5 stop 98 day']);
  expect(words(engine.ended(order, 'expired'))).toEqual(['sell 10.5 stop 98 day']);
  expect(words(engine.candle(100, 104, 103))).toEqual([`cancel ${engine.newest()}`]);
});

describe('crypto', () => {
  const more = { symbol: BTC, price: '50000' } as const;

  test('has a stop-limit, and a watched target', () => {
    const { engine, first } = entered(policy({ stopLoss, takeProfit }), more);
    // The fee is kept in coins, so that each of the 0.1995 cost $50125.313…; the stop is 2 % below that, its limit 2 % below the stop.
    expect(first).toEqual(['sell 0.1995 stop_limit 49122.807017544 48140.350877193 gtc']);
    expect(words(engine.candle(50_000, 52_131, 51_000))).toEqual([`cancel ${engine.newest()}`]);
  });

  test('a price beyond the limit, and the engine leaves by itself', () => {
    const { engine, order } = entered(policy({ stopLoss }), more);
    expect(words(engine.candle(48_500, 50_000, 48_500))).toEqual([]);
    expect(words(engine.candle(47_000, 48_000, 47_500))).toEqual([`cancel ${order}`]);
    expect(words(engine.ended(order))).toEqual(['sell 0.1995 market gtc']);
  });
});

describe('average true ranges', () => {
  const range = { period: 2, timeframe: MINUTE };

  test('distances are multiples of the range when the position began; without it nothing is begun', () => {
    const engine = guarded(policy({ stopLoss: { ranges: 2 }, takeProfit: { ranges: 3 }, range }), {
      opinions: ['up', undefined, 'flat', 'up'],
    });
    expect(placed(engine.candle(99, 101, 100))).toEqual([]);
    expect(engine.last[0]?.summary).toContain('exitsKnown');
    engine.candle(99, 101, 100);
    engine.candle(99, 101, 100);
    const [entry] = placed(engine.candle(99, 101, 100));
    // True ranges of 2, always.
    expect(words(engine.fillOf(entry!.order, 'buy', '100', '100'))).toEqual(['sell 100 oco 96 106 gtc']);
    engine.accept(engine.newest());
    expect(words(engine.candle(96.5, 105.5, 100))).toEqual([]);
  });

  test('trailing by a range is told in dollars', () => {
    const engine = guarded(policy({ trailingStop: { ranges: 1.5 }, range }), { opinions: [undefined, undefined, 'up'] });
    engine.candle(99, 101, 100);
    engine.candle(99, 101, 100);
    const [entry] = placed(engine.candle(99, 101, 100));
    expect(words(engine.fillOf(entry!.order, 'buy', '100', '100'))).toEqual(['sell 100 trailing_stop 3 gtc']);
  });
});

describe('following the price', () => {
  test('a pair is moved when its stop is a tenth of its distance behind: cancelled, and given anew when that has ended', () => {
    const { engine, order } = entered(policy({ trailingStop, takeProfit: { percent: 20 } }));
    expect(words(engine.candle(100, 100.2, 100.1))).toEqual([]);
    expect(words(engine.candle(100, 102, 101))).toEqual([`cancel ${order}`]);
    // While that is under way nothing else is asked.
    expect(words(engine.candle(101, 104, 103))).toEqual([]);
  });

  test('both of a pair must have ended before the next is given', () => {
    const { engine, order } = entered(policy({ trailingStop, takeProfit: { percent: 20 } }));
    engine.candle(100, 102, 101);
    expect(words(engine.ended(order))).toEqual([]);
    expect(words(engine.ended(`${order}s` as typeof order))).toEqual(['sell 100 oco 98.94 120 gtc']);
  });

  test('a stop-loss gives way to a trailing stop that has passed it, and the broker trails from there', () => {
    const { engine, order, first } = entered(policy({ stopLoss, trailingStop }));
    expect(first).toEqual(['sell 100 stop 98 gtc']);
    expect(words(engine.candle(100, 104, 104))).toEqual([`cancel ${order}`]);
    expect(words(engine.ended(order))).toEqual(['sell 100 trailing_stop 3 gtc']);
    engine.accept(engine.newest());
    // It is the broker's from here on, wherever the price goes.
    for (const price of [108, 106, 112, 110]) expect(words(engine.candle(price, price, price))).toEqual([]);
  });

  test('what was trailed before is kept when it has to be given anew: a stop where it stood', () => {
    const { engine, order } = entered(policy({ trailingStop }));
    engine.candle(109, 110, 110);
    engine.candle(108, 108, 108);
    // Somebody cancelled it at the broker: for five minutes the engine watches, and says so.
    expect(words(engine.ended(order))).toEqual(['alert unprotected']);
    for (let nth = 0; nth < 4; nth++) expect(words(engine.candle(108, 108, 108))).toEqual([]);
    expect(words(engine.candle(108, 108, 108))).toEqual(['sell 100 stop 106.7 gtc']);
  });

  test('break-even moves the stop to the entry price, once the price has gone far enough', () => {
    const { engine, order } = entered(policy({ stopLoss, breakEven: { percent: 1 } }));
    expect(words(engine.candle(100, 100.9, 100.5))).toEqual([]);
    expect(words(engine.candle(100, 101, 100.5))).toEqual([`cancel ${order}`]);
    expect(words(engine.ended(order))).toEqual(['sell 100 stop 100 gtc']);
    expect(engine.books.orders.get(engine.newest())?.exit).toBe('breakEven');
  });
});

describe('an entry that fills in parts', () => {
  test('is protected for what is filled, by pairs, one for each part', () => {
    const engine = guarded(policy({ stopLoss, takeProfit }));
    const [entry] = placed(engine.candle(100, 100, 100));
    expect(words(engine.fillOf(entry!.order, 'buy', '30', '100'))).toEqual(['sell 30 oco 98 104 gtc']);
    expect(words(engine.fillOf(entry!.order, 'buy', '50', '100.02'))).toEqual(['sell 50 oco 98.01 104.02 gtc']);
    expect(words(engine.fillOf(entry!.order, 'buy', '20', '100'))).toEqual(['sell 20 oco 98 104.02 gtc']);
  });

  test('a plain stop would be a wash trade against what is still being bought: until that has ended it is one of a pair with a target out of reach', () => {
    const engine = guarded(policy({ stopLoss }));
    const [entry] = placed(engine.candle(100, 100, 100));
    const first = engine.fillOf(entry!.order, 'buy', '30', '100');
    expect(words(first)).toEqual(['sell 30 oco 98 200 gtc']);
    engine.accept(placed(first)[0]!.order);
    // What is filled later gets its own; the pair protects as it is, and is not moved for its target's sake.
    expect(words(engine.fillOf(entry!.order, 'buy', '70', '100'))).toEqual(['sell 70 stop 98 gtc']);
    expect(words(engine.candle(99, 101, 101))).toEqual([]);
    expect(engine.books.orders.get(placed(first)[0]!.order)?.status).toBe('working');
    const short = guarded(policy({ stopLoss }), { opinions: ['down'], more: { mayShort: true } });
    const [sale] = placed(short.candle(100, 100, 100));
    expect(words(short.fillOf(sale!.order, 'sell', '30', '100'))).toEqual(['buy 30 oco 102 50 gtc']);
  });

  test('fractions and crypto have no pairs: the engine watches until the entry has ended', () => {
    const engine = guarded(policy({ stopLoss }), { symbol: BTC });
    const [part] = placed(engine.candle(100, 100, 100));
    expect(words(engine.fillOf(part!.order, 'buy', '30', '100'))).toEqual([]);
    expect(words(engine.candle(97.9, 100, 99))).toEqual([`cancel ${part!.order}`]);
    expect(words(engine.ended(part!.order))).toEqual(['sell 29.925 market gtc']);
  });
});

describe('what the broker does not hold', () => {
  test('a refused stop is watched, and tried again after five minutes', () => {
    const { engine, order } = entered(policy({ stopLoss }), { isAnswered: false });
    const refused = engine.happen({ kind: 'orderRejected', order, code: '403', reason: 'no' });
    expect(words(refused)).toEqual(['alert unprotected', 'alert orderRejected']);
    expect(words(engine.happen({ kind: 'tick' }))).toEqual([]);
    expect(words(engine.happen({ kind: 'tick' }, plus(engine.at, 5 * MINUTE_MS)))).toEqual(['sell 100 stop 98 gtc']);
  });

  test('and when the bar touches it, the position is left at once', () => {
    const { engine, order } = entered(policy({ stopLoss }), { isAnswered: false });
    engine.happen({ kind: 'orderRejected', order, code: '403', reason: 'no' });
    expect(words(engine.candle(98.01, 101, 99))).toEqual([]);
    expect(words(engine.candle(98, 101, 99))).toEqual(['sell 100 market day']);
    expect(engine.last[0]?.summary).toBe('exit: stop-loss at 98.0000: 2 % from the entry 100.0000');
  });

  test('an order of which nobody knows whether it arrived holds nothing: it is cancelled, and waited for', () => {
    const { engine, order } = entered(policy({ stopLoss }), { isAnswered: false });
    engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
    expect(words(engine.candle(97, 101, 99))).toEqual([`cancel ${order}`]);
    expect(words(giveUp(engine, order))).toEqual(['alert orderLost', 'sell 100 market day']);
  });

  test('stop before target, when a bar touched both', () => {
    const { engine, order } = entered(policy({ stopLoss, takeProfit }), { isAnswered: false });
    engine.happen({ kind: 'orderRejected', order, code: '403', reason: 'no' });
    engine.candle(97, 105, 100);
    expect(engine.last[0]?.verdict).toMatchObject({ kind: 'approved', intent: { exit: 'stopLoss' } });
  });

  test('outside of the session nothing is touched', () => {
    const { engine, order } = entered(policy({ stopLoss }), { isAnswered: false });
    engine.happen({ kind: 'orderRejected', order, code: '403', reason: 'no' });
    const open = engine.books.sessions;
    engine.books.sessions = [];
    expect(words(engine.candle(90, 90, 90))).toEqual([]);
    engine.books.sessions = open;
    expect(words(engine.candle(90, 90, 90))).toEqual(['sell 100 market day']);
  });

  test('time', () => {
    const { engine, order } = entered(policy({ stopLoss, timeStopMs: 3 * MINUTE_MS }));
    for (let nth = 0; nth < 2; nth++) expect(words(engine.candle(100, 100, 100))).toEqual([]);
    expect(words(engine.candle(100, 100, 100))).toEqual([`cancel ${order}`]);
    expect(words(engine.ended(order))).toEqual(['sell 100 market day']);
  });
});

test('a position that shrank without us is protected for what is left', () => {
  const { engine, order } = entered(policy({ stopLoss }));
  const { symbol } = engine;
  expect(words(engine.fillOf('by-hand' as typeof order, 'sell', '40', '100'))).toEqual(['alert externalOrder', `cancel ${order}`]);
  expect(words(engine.ended(order))).toEqual(['sell 60 stop 98 gtc']);
  expect(formatFixed(engine.books.markets.get(symbol)!.position.quantity)).toBe('60');
  engine.accept(engine.newest());
  expect(words(engine.fillOf('by-hand' as typeof order, 'sell', '60', '100'))).toContain(`cancel ${engine.newest()}`);
});

test('a position that somebody turned around is protected on its new side', () => {
  const { engine, order } = entered(policy({ stopLoss, trailingStop: { percent: 5 } }));
  expect(words(engine.fillOf('by-hand' as typeof order, 'sell', '150', '101'))).toEqual(['alert externalOrder', `cancel ${order}`]);
  expect(words(engine.ended(order))).toEqual(['buy 50 stop 103.02 gtc']);
});

test('after a stop nothing is entered before an agent has changed its mind', () => {
  const { engine, order } = entered(policy({ stopLoss }), { opinions: ['up', undefined, undefined, 'flat', 'up'] });
  engine.fillOf(order, 'sell', '100', '98');
  for (let nth = 0; nth < 3; nth++) expect(words(engine.candle(98, 98, 98))).toEqual([]);
  expect(words(engine.candle(98, 98, 98))).toEqual(['buy 101 market day']);
});

test('exits that a new plan does not have are withdrawn', () => {
  const { engine, order } = entered(policy({ stopLoss }));
  const market = engine.books.markets.get(engine.symbol)!;
  Object.assign(market, { guard: undefined });
  expect(words(engine.happen({ kind: 'tick' }))).toEqual([`cancel ${order}`]);
  expect(parseQuantity('100')).toBe(market.position.quantity);
});
