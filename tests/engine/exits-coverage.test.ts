/** All that is held has its stop at the broker, whatever one of a pair does (INV-26). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closingQuantity } from '#server/domain/closing.ts';
import type { ExitPolicy } from '#server/domain/exits.ts';
import { type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { parseQuantity, UNIT } from '#server/domain/money.ts';
import { isFinal, unfilled } from '#server/domain/order.ts';
import { MINUTE_MS, plus } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import { alerts, NOON, placed, view } from '#tests/support/builders.ts';
import { entered, type Guarded, guarded, policy, words } from './exits-bench.ts';

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

describe('a stop that the last trade of the day went past', () => {
  /** Entered in the last minute, whose bar closes below the stop; the fill is told when the session is over. */
  const late = (lastClose: number, startsAt = NOON) => {
    const engine = guarded(policy({ stopLoss }));
    const [entry] = placed(engine.candle(100, 100, 100));
    const session = (from: number, until: number) => ({ date: String(from), opensAt: plus(NOON, from), closesAt: plus(NOON, until) });
    const sessions = [session(-60 * MINUTE_MS, 2 * MINUTE_MS), session(60 * MINUTE_MS, 120 * MINUTE_MS)];
    engine.happen({ kind: 'calendar', sessions });
    const price = { open: 100, high: 100, low: lastClose, close: lastClose, volume: 1 };
    const bar = { symbol: engine.symbol, startsAt, endsAt: plus(startsAt, MINUTE_MS), ...price };
    engine.happen({ kind: 'bar', bar, history: false }, bar.endsAt);
    engine.at = plus(bar.endsAt, 1_000);
    return { engine, told: words(engine.fillOf(entry!.order, 'buy', '100', '100')) };
  };
  const ticks = (engine: Guarded, seconds: number) =>
    Array.from({ length: seconds }, () => words(engine.happen({ kind: 'tick' }, plus(engine.at, 1_000)))).flat();

  test('was told to nobody until the open, where a bar above it would have had it forgotten: an order waits for the open at once', () => {
    const { engine, told } = late(97, plus(NOON, MINUTE_MS));
    expect(told).toEqual(['sell 100 market day']);
    expect(engine.books.markets.get(engine.symbol)?.leaving?.exit).toBe('stopLoss');
    expect(ticks(engine, 60)).toEqual([]);
  });

  test('by a print after hours nothing is sold, which may be a ghost; half a minute later it is told, once', () => {
    const { engine, told } = late(97, plus(NOON, 10 * MINUTE_MS));
    expect([told, ticks(engine, 29)]).toEqual([[], []]);
    expect(ticks(engine, 120)).toEqual(['alert unprotected']);
    // At the open it is the last price still.
    expect(words(engine.happen({ kind: 'tick' }, plus(NOON, 60 * MINUTE_MS)))).toEqual(['sell 100 market day']);
  });

  test('which is not passed has its stop', () => {
    expect(late(99, plus(NOON, MINUTE_MS)).told).toEqual(['sell 100 stop 98 gtc']);
  });
});

/** What is asked of the broker to close is what is held, after every execution: no share without a stop, and none sold twice. */
describe('after each fill', () => {
  const RULES: Readonly<Record<string, Partial<ExitPolicy>>> = {
    stop: { stopLoss },
    pair: { stopLoss, takeProfit },
    trailing: { trailingStop: { percent: 2 } },
    breakEven: { stopLoss, breakEven: { risks: 1 }, breakEvenOffsetPercent: 0.1 },
  };
  const parts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

  const accepted = (engine: Guarded, commands: readonly Command[]): void => {
    for (const { order } of placed(commands)) engine.accept(order);
  };
  function expectCovered(engine: Guarded): void {
    const market = engine.books.markets.get(engine.symbol)!;
    expect(closingQuantity(engine.books, market)).toBe(market.position.quantity);
    expect(market.guard?.uncovered).toBeUndefined();
  }

  test.each(Object.entries(RULES))('of an entry and of its stop, in any parts: %s', (_, rules) => {
    fc.assert(
      fc.property(parts, parts, (bought, sold) => {
        const engine = guarded(policy(rules));
        const [entry] = placed(engine.candle(100, 100, 100));
        engine.accept(entry!.order);
        let left = 100;
        for (const part of bought) {
          const filled = Math.min(part, left);
          left -= filled;
          if (filled > 0) accepted(engine, engine.fillOf(entry!.order, 'buy', String(filled), '100'));
          expectCovered(engine);
        }
        if (left > 0) accepted(engine, engine.ended(entry!.order));
        for (const part of sold) {
          const stop = [...engine.books.orders.values()].find(
            (order) => order.type !== 'limit' && order.exit !== undefined && !isFinal(order.status),
          );
          if (stop === undefined) break;
          const filled = Math.min(part, Number(unfilled(stop) / UNIT));
          accepted(engine, engine.fillOf(stop.id, 'sell', String(filled), '98'));
          expectCovered(engine);
        }
      }),
      { numRuns: 60 },
    );
  });
});
