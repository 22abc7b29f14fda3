/** Locks: who places them, what ends them, and that time alone does not while their cause is there. */
import { describe, expect, test } from 'vitest';
import type { PortfolioId } from '#server/domain/ids.ts';
import type { LockPolicy } from '#server/domain/lock.ts';
import { type Money, parseMoney } from '#server/domain/money.ts';
import { HOUR_MS, type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import type { ClosedTrade } from '#server/domain/trade.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, alerts, type Bench, bench, instrument, placed, portfolio, statement } from '#tests/support/builders.ts';
import { entered, guarded, policy } from './exits-bench.ts';

const STOP = policy({ stopLoss: { percent: 2 } });
const TEST = portfolio().id;
const byHand = (until?: Instant) =>
  ({ kind: 'lockPlaced', scope: { kind: 'symbol', symbol: AAPL }, by: 'ann', reason: 'earnings', ...(until && { until }) }) as const;
const tickAt = (engine: Bench, ms: number) => engine.happen({ kind: 'tick' }, plus(engine.at, ms));
const words = ({ books }: Bench) =>
  books.locks.map(({ cause, scope, isCauseThere }) => `${cause} ${scope.kind}${isCauseThere ? ', there' : ''}`);

describe('by hand', () => {
  test('nothing is entered until it ends, and then it is', () => {
    const engine = guarded(STOP, { opinions: ['up', undefined, 'down', 'up'] });
    engine.happen(byHand(plus(engine.at, 2 * MINUTE_MS)));
    expect(placed(engine.candle(100, 100, 100))).toEqual([]);
    expect(engine.last[0]?.summary).toBe('refused: locked: AAPL is locked by ann for 1 minutes more (lock 1: earnings)');
    engine.candle(100, 100, 100);
    expect(engine.books.locks).toEqual([]);
    engine.candle(100, 100, 100);
    expect(placed(engine.candle(100, 100, 100))).toHaveLength(1);
  });

  test('it ends at its instant and not before, and the end is journalled', () => {
    const engine = bench();
    engine.happen(byHand(plus(engine.at, 1_000)));
    tickAt(engine, 999);
    expect([words(engine), engine.turn.material]).toEqual([['operator symbol'], false]);
    let isJournalled = false;
    Object.defineProperty(engine.turn, 'material', { set: (value) => (isJournalled ||= value), get: () => isJournalled });
    tickAt(engine, 1);
    expect([words(engine), isJournalled]).toEqual([[], true]);
  });

  test('without an end it stays until it is removed, by its number', () => {
    const engine = bench();
    expect(alerts(engine.happen(byHand()))).toEqual([]);
    engine.happen(byHand());
    tickAt(engine, 1_000 * HOUR_MS);
    engine.happen({ kind: 'lockRemoved', lock: 9, by: 'ann', note: '' });
    expect(engine.books.locks.map(({ id }) => id)).toEqual([1, 2]);
    engine.happen({ kind: 'lockRemoved', lock: 1, by: 'ann', note: '' });
    expect(engine.books.locks.map(({ id }) => id)).toEqual([2]);
    engine.happen(byHand());
    expect(engine.books.locks.map(({ id }) => id)).toEqual([2, 3]);
  });

  test('what is held is left all the same, by its stop and by its agents', () => {
    const { engine, order } = entered(STOP, { opinions: ['up', 'down'] });
    engine.happen(byHand());
    const commands = engine.candle(100, 100, 100);
    expect(commands.map(({ kind }) => kind)).toContain('cancel');
    expect(placed(engine.ended(order))).toMatchObject([{ intent: { purpose: 'reduce', side: 'sell' } }]);
  });
});

describe('after a stop', () => {
  const locks: LockPolicy = { cooldownAfterStopMs: 30 * MINUTE_MS, losingStreak: undefined };

  test('the symbol is left alone for as long as was said, and told', () => {
    const { engine, order } = entered(STOP, { more: { locks } });
    expect(alerts(engine.fillOf(order, 'sell', '100', '98'))).toEqual(['locked']);
    expect(engine.books.locks).toMatchObject([
      {
        ...{ id: 1, scope: { kind: 'symbol', symbol: AAPL }, cause: 'cooldown', by: 'portfolio test', since: engine.at },
        ...{ until: plus(engine.at, 30 * MINUTE_MS), isCauseThere: false },
        reason: 'its stopLoss closed it at $-200, so it is left alone for 30 minutes',
      },
    ]);
    tickAt(engine, 30 * MINUTE_MS - 1);
    expect(words(engine)).toEqual(['cooldown symbol']);
    tickAt(engine, 1);
    expect(words(engine)).toEqual([]);
  });

  test('a part that is sold by the stop is no end of the trade', () => {
    const { engine, order } = entered(STOP, { more: { locks } });
    engine.fillOf(order, 'sell', '99', '98');
    expect(words(engine)).toEqual([]);
  });

  test.each([
    ['a target', policy({ takeProfit: { percent: 2 } }), '102', []],
    ['a trailing stop beyond the entry', policy({ trailingStop: { percent: 2 } }), '101', []],
    ['a trailing stop at a loss', policy({ trailingStop: { percent: 2 } }), '98', ['cooldown symbol']],
    ['a stop that made a profit all the same', STOP, '101', ['cooldown symbol']],
  ])('%s', (_, exits, price, expected) => {
    const { engine, order } = entered(exits, { more: { locks } });
    engine.fillOf(order, 'sell', '100', price);
    expect(words(engine)).toEqual(expected);
  });

  test('without the setting nothing is locked', () => {
    for (const none of [undefined, { cooldownAfterStopMs: undefined, losingStreak: undefined }]) {
      const { engine, order } = entered(STOP, { more: { locks: none } });
      engine.fillOf(order, 'sell', '100', '98');
      expect(words(engine)).toEqual([]);
    }
  });
});

describe('after losses in a row', () => {
  const locks: LockPolicy = { cooldownAfterStopMs: undefined, losingStreak: { trades: 3, lockMs: 2 * HOUR_MS } };
  const trade = (profit: string): ClosedTrade => ({
    ...{ symbol: AAPL, deployments: [], closedAt: 0 as Instant, riskMultiple: undefined, exit: undefined },
    profit: parseMoney(profit),
  });

  /** Closes a trade at this price after these. */
  function closedAfter(profits: readonly string[], price: string) {
    const { engine, order } = entered(STOP, { more: { locks } });
    engine.books.closedTrades.set(TEST, profits.map(trade));
    return { engine, commands: engine.fillOf(order, 'sell', '100', price) };
  }

  test.each([
    [['-1', '-1'], '98', 1],
    [['-1', '1', '-1'], '98', 0],
    [['-1', '-1', '0'], '98', 0],
    [['-1', '-1', '-1'], '101', 0],
    [['-1'], '98', 0],
  ])('after %j a trade closed at %s: %i locks', (profits, price, count) => {
    const { engine } = closedAfter(profits, price);
    expect(engine.books.locks).toHaveLength(count);
  });

  test('the portfolio opens nothing for so long, and each further loss begins it anew, under the same number', () => {
    const { engine } = closedAfter(['-1', '-1'], '98');
    expect(engine.books.locks).toMatchObject([
      {
        ...{ scope: { kind: 'portfolio', portfolio: TEST }, cause: 'losingStreak', until: plus(engine.at, 2 * HOUR_MS) },
        reason: '3 losses in a row, so it opens nothing for 120 minutes',
      },
    ]);
    const market = engine.books.markets.get(AAPL)!;
    engine.at = plus(engine.at, HOUR_MS);
    // A position by hand, that loses too.
    market.trade = { side: 1, realisedBefore: market.position.realised, deployments: [], risk: undefined };
    const by = (side: 'buy' | 'sell', price: string, nth: number) => engine.fillOf(`by-hand-${nth}` as never, side, '1', price);
    by('buy', '100', 1);
    expect(alerts(by('sell', '99', 2))).not.toContain('locked');
    expect(engine.books.locks).toMatchObject([{ id: 1, until: plus(engine.at, 2 * HOUR_MS), reason: expect.stringContaining('4 losses') }]);
  });
});

describe('while its cause is there', () => {
  const instruments = (tradable: boolean) => ({ kind: 'instruments', instruments: [{ ...instrument(AAPL), tradable }] }) as const;

  test('what the broker does not trade stays locked until it does, and a quarter of an hour at least', () => {
    const engine = bench();
    expect(alerts(engine.happen(instruments(false)))).toEqual(['locked']);
    expect(words(engine)).toEqual(['notTradable symbol, there']);
    tickAt(engine, 24 * HOUR_MS);
    expect(words(engine)).toEqual(['notTradable symbol, there']);
    expect(alerts(engine.happen(instruments(false)))).toEqual([]);
    engine.happen(instruments(true));
    expect(words(engine)).toEqual(['notTradable symbol']);
    tickAt(engine, 15 * MINUTE_MS - 1);
    expect(words(engine)).toEqual(['notTradable symbol']);
    tickAt(engine, 1);
    expect(words(engine)).toEqual([]);
  });

  test('one symbol that comes back does not free another, and what no portfolio trades is not locked', () => {
    const engine = bench();
    engine.happen(instruments(false));
    const other = { ...instrument(AAPL), symbol: 'MSFT' as typeof AAPL };
    engine.happen({ kind: 'instruments', instruments: [{ ...other, tradable: false }, other] });
    expect(words(engine)).toEqual(['notTradable symbol, there']);
  });

  test('a lock of another cause is another lock', () => {
    const { engine, order } = entered(STOP, { more: { locks: { cooldownAfterStopMs: MINUTE_MS, losingStreak: undefined } } });
    engine.happen(instruments(false));
    engine.fillOf(order, 'sell', '100', '98');
    expect(words(engine)).toEqual(['notTradable symbol, there', 'cooldown symbol']);
    tickAt(engine, HOUR_MS);
    expect(words(engine)).toEqual(['notTradable symbol, there']);
  });

  test('what drifted from the statement stays locked until one agrees', () => {
    const { engine } = entered(STOP);
    const stated = (quantity: bigint) => {
      const asOf = plus(engine.at, MINUTE_MS);
      const positions = quantity === 0n ? [] : [{ symbol: AAPL, quantity: quantity as never, averageEntryPrice: 1n as never }];
      engine.happen({ kind: 'statement', statement: statement({ asOf, cash: engine.books.cash as Money, positions }) }, asOf);
    };
    for (let nth = 0; nth < 3; nth++) stated(0n);
    expect(words(engine)).toEqual(['booksDiffer symbol, there']);
    tickAt(engine, 10 * HOUR_MS);
    expect(words(engine)).toEqual(['booksDiffer symbol, there']);
    stated(0n);
    expect(words(engine)).toEqual(['booksDiffer symbol']);
    tickAt(engine, 0);
    expect(words(engine)).toEqual([]);
  });

  test('the first statement of a run locks nothing, whatever it says', () => {
    const engine = bench(undefined, {
      positions: [{ symbol: AAPL, quantity: 5_000_000_000n as never, averageEntryPrice: 1_000_000_000n as never }],
    });
    expect(words(engine)).toEqual([]);
  });

  test('a lock that comes again is longer, and never shorter', () => {
    const engine = bench();
    engine.happen(instruments(false));
    const { until } = engine.books.locks[0]!;
    engine.books.locks[0] = { ...engine.books.locks[0]!, until: plus(until!, HOUR_MS) };
    engine.happen(instruments(false));
    expect(engine.books.locks[0]?.until).toBe(plus(until!, HOUR_MS));
    engine.books.locks[0] = { ...engine.books.locks[0]!, until: undefined };
    engine.happen(instruments(false));
    expect(engine.books.locks[0]?.until).toBeUndefined();
  });
});

test('locks are facts under any plan: a restart keeps them, with their numbers', () => {
  const engine = bench();
  engine.happen(byHand());
  engine.happen(byHand(plus(engine.at, HOUR_MS)));
  engine.happen({ kind: 'lockRemoved', lock: 2, by: 'ann', note: '' });
  const saved = decode<ReturnType<typeof snapshotOf>>(encode(snapshotOf(engine.books)));
  for (const samePlan of [true, false]) {
    const again = restore(saved, engine.plan, samePlan);
    expect([again.locks, again.locksPlaced]).toEqual([engine.books.locks, 2]);
  }
});

test('a portfolio of another name is not locked by a lock of this one', () => {
  const engine = guarded(STOP);
  engine.happen({ kind: 'lockPlaced', scope: { kind: 'portfolio', portfolio: 'other' as PortfolioId }, by: 'ann', reason: 'x' });
  expect(placed(engine.candle(100, 100, 100))).toHaveLength(1);
});
