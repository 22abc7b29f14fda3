/** All that is held has its stop at the broker, whatever one of a pair does (INV-26). */
import { describe, expect, test } from 'vitest';
import { type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { parseQuantity } from '#server/domain/money.ts';
import { plus } from '#server/domain/time.ts';
import { alerts, view } from '#tests/support/builders.ts';
import { entered, type Guarded, policy, words } from './exits-bench.ts';

const stopLoss = { percent: 2 };
const takeProfit = { percent: 4 };

describe('stop coverage', () => {
  const pair = policy({ stopLoss, takeProfit });
  /** One of a pair ended, so the end of the other one is expected; the broker, asked for it, says that it lives. */
  const livesOn = (engine: Guarded, order: OrderId, filled: string) => {
    const said = view(order, 'partially_filled', { side: 'sell', filled: parseQuantity(filled) });
    return words(engine.happen({ kind: 'orderSeen', view: said, asked: true }, plus(engine.at, 4_000)));
  };

  test('a take-profit that filled in part and lost its stop-loss does not leave the rest naked: it is withdrawn, and a pair is given for the rest', () => {
    const { engine, order } = entered(pair);
    engine.fillOf(order, 'sell', '40', '104');
    expect(words(engine.ended(stopSideOf(order)))).toEqual([]);
    expect(livesOn(engine, order, '40')).toEqual([`cancel ${order}`]);
    expect(words(engine.ended(order))).toEqual(['sell 60 oco 98 104 gtc']);
  });

  test('and when the price comes to the stop before that, the engine leaves', () => {
    const { engine, order } = entered(pair);
    engine.fillOf(order, 'sell', '40', '104');
    engine.ended(stopSideOf(order));
    engine.candle(97, 100, 99);
    expect(words(engine.ended(order))).toContain('sell 60 market day');
  });

  test('a stop-loss that lost its take-profit goes on protecting, and the target is watched', () => {
    const { engine, order } = entered(pair);
    const stop = stopSideOf(order);
    engine.ended(order);
    expect(livesOn(engine, stop, '0')).toEqual([]);
    expect(words(engine.candle(99, 103, 102))).toEqual([]);
    expect(words(engine.candle(99, 104, 103))).toEqual([`cancel ${stop}`]);
  });

  test('a position without its stop for half a minute is told, once, and again when it happens again', () => {
    const { engine, order } = entered(policy({ stopLoss }), { isAnswered: false });
    engine.happen({ kind: 'orderUnknown', order, reason: 'timeout' });
    const told = (seconds: number) =>
      Array.from({ length: seconds }, () => alerts(engine.happen({ kind: 'tick' }, plus(engine.at, 1_000)))).flat();
    expect(told(29)).toEqual([]);
    expect(told(120).filter((code) => code === 'unprotected')).toEqual(['unprotected']);
    engine.accept(order);
    expect(engine.books.markets.get(engine.symbol)?.guard?.uncovered).toBeUndefined();
    expect(told(120)).toEqual([]);
  });
});
