/** What sizing goes by is kept in the books: the measures of the bars, and what closed trades made of their risk. */
import { describe, expect, test } from 'vitest';
import { formatFixed, parseMoney, parseQuantity } from '#server/domain/money.ts';
import type { Kelly, MeasurePlan, SizingPolicy } from '#server/domain/sizing.ts';
import { plus } from '#server/domain/time.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { WEEK_MS } from '#server/risk/sizing/kelly-step.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, bench, placed, plan, portfolio, scripted, statement } from '#tests/support/builders.ts';
import { agree, entered, type Guarded, guarded, policy } from './exits-bench.ts';

const range = { period: 2, timeframe: parseTimeframe('1Min')! };
const measure: MeasurePlan = { kind: 'averageTrueRange', decay: 0, ...range };
const ATR: SizingPolicy = { kind: 'atrRisk', riskPercent: 0.1, ranges: 1, maxFraction: 1, measure };
const KELLY: Kelly = {
  ...{ kind: 'kelly', multiplier: 0.25, minTrades: 50, minRiskPercent: 0.1, maxRiskPercent: 2, maxFraction: 1 },
  ...{ maxStepPercent: 25, maxTotalRiskPercent: 6, gapRanges: 0, costPercent: 0, measure },
};
const trades = ({ books }: Pick<Guarded, 'books'>) => books.closedTrades.get(portfolio().id) ?? [];

describe('measures', () => {
  test('an entry waits for the average true range, and is sized by it', () => {
    const engine = guarded(policy(), { opinions: ['up', 'up', 'up', 'up'], more: { sizing: ATR, exits: undefined } });
    for (const close of [100, 101]) {
      expect(placed(engine.candle(close - 1, close + 1, close))).toEqual([]);
      expect(engine.last[0]?.summary).toBe('no order: atrRisk: the average true range that the size goes by is not known yet');
    }
    const [order] = placed(engine.candle(100, 102, 101));
    // True ranges of 2 and 2: $100 at risk over $2 a share.
    expect(formatFixed(order!.intent.quantity)).toBe('50');
    expect(order!.intent.reason).toContain('atrRisk of $100000: 0.1 % at risk over 1 average true ranges of $2');
  });

  test('longer bars are measured where the method asks for them, beside the range of the exits', () => {
    const five = parseTimeframe('5Min')!;
    const exits = policy({ stopLoss: { ranges: 3 }, range: { period: 1, timeframe: five } });
    const sizing = { ...ATR, measure: { ...measure, period: 1, timeframe: five } };
    const engine = guarded(exits, { opinions: [], more: { sizing } });
    for (let nth = 0; nth < 10; nth++) engine.candle(99, 101 + nth, 100);
    const market = engine.books.markets.get(AAPL)!;
    expect([market.sizeGauge?.value, market.guard?.gauge?.value]).toEqual([11, 11]);
    expect(market.frames).toHaveLength(1);
  });

  test('volatility is measured too, and a snapshot goes on with it', () => {
    const sizing: SizingPolicy = {
      ...{ kind: 'volatilityTarget', annualPercent: 1, floorPercent: 1, maxLeverage: 1 },
      measure: { kind: 'volatility', period: 2, timeframe: range.timeframe, decay: 0.94 },
    };
    const ofPlan = plan({ portfolios: [portfolio({ sizing, deployments: [{ ...portfolio().deployments[0]!, hire: scripted([]) }] })] });
    const engine = bench(ofPlan);
    for (const close of [100, 101, 100]) engine.bar(close);
    const gauge = engine.books.markets.get(AAPL)?.sizeGauge;
    expect(gauge?.value).toBeCloseTo(Math.log(1.01), 9);
    const saved = decode<ReturnType<typeof snapshotOf>>(encode(snapshotOf(engine.books)));
    const again = restore(saved, ofPlan, true);
    expect(again.markets.get(AAPL)?.sizeGauge?.value).toBe(gauge?.value);
    expect(again.markets.get(AAPL)?.sizeGauge?.measure.save()).toEqual(gauge?.measure.save());
    expect(restore(saved, ofPlan, false).markets.get(AAPL)?.sizeGauge?.value).toBeNaN();
  });
});

describe('trades', () => {
  const stop = policy({ stopLoss: { percent: 2 } });

  test('a trade is what was made from flat to flat, over what the first stop put at risk', () => {
    const { engine, entry, order } = entered(stop, { quantity: '100' });
    expect(engine.books.markets.get(AAPL)?.trade).toMatchObject({ side: 1, risk: parseMoney('200'), deployments: ['one'] });
    engine.fillOf(order, 'sell', '40', '98');
    expect(trades(engine)).toEqual([]);
    engine.fillOf(order, 'sell', '60', '97');
    expect(trades(engine)).toEqual([
      {
        ...{ symbol: AAPL, deployments: ['one'], closedAt: engine.at, exit: 'stopLoss' },
        ...{ profit: parseMoney('-260'), riskMultiple: -1.3 },
      },
    ]);
    expect(engine.books.markets.get(AAPL)?.trade).toBeUndefined();
    expect(entry).not.toBe(order);
  });

  test('an entry that fills in parts has at risk the most that was held', () => {
    const engine = guarded(stop);
    const [entry] = placed(engine.candle(100, 100, 100));
    engine.fillOf(entry!.order, 'buy', '10', '100');
    expect(engine.books.markets.get(AAPL)?.trade?.risk).toBe(parseMoney('20'));
    engine.fillOf(entry!.order, 'buy', '30', '100');
    expect(engine.books.markets.get(AAPL)?.trade?.risk).toBe(parseMoney('80'));
  });

  test('a short trade gains when the price falls', () => {
    const { engine, order } = entered(stop, { opinions: ['down'], more: { mayShort: true } });
    engine.fillOf(order, 'buy', '100', '99');
    expect(trades(engine)).toMatchObject([{ profit: parseMoney('100'), riskMultiple: 0.5 }]);
  });

  test('without a stop the risk is not known, so Kelly does not count the trade', () => {
    const { engine } = entered(policy({ takeProfit: { percent: 2 } }));
    engine.fillOf(engine.newest(), 'sell', '100', '102');
    expect(trades(engine)).toMatchObject([{ profit: parseMoney('200'), riskMultiple: undefined }]);
  });

  test('a fill through zero closes one trade and begins the next', () => {
    const { engine, order } = entered(stop, { quantity: '100' });
    engine.fillOf(order, 'sell', '150', '101');
    expect(trades(engine)).toMatchObject([{ profit: parseMoney('100') }]);
    expect(engine.books.markets.get(AAPL)?.trade).toMatchObject({ side: -1, realisedBefore: parseMoney('100') });
  });

  test('what the broker takes over is no trade', () => {
    const { engine } = entered(stop);
    const differs = (seconds: number) => {
      const asOf = (engine.at + seconds * 1_000) as typeof engine.at;
      engine.happen({ kind: 'statement', statement: statement({ asOf, cash: engine.books.cash, positions: [] }) }, asOf);
    };
    for (const seconds of [60, 60, 60]) differs(seconds);
    const market = engine.books.markets.get(AAPL)!;
    expect([market.held, market.trade, trades(engine)]).toEqual([0, undefined, []]);
  });

  test('no more are kept than any method looks at', () => {
    const { engine, order } = entered(stop);
    const one = { symbol: AAPL, deployments: [], closedAt: engine.at, profit: parseMoney('1'), riskMultiple: 1, exit: undefined };
    engine.books.closedTrades.set(
      portfolio().id,
      Array.from({ length: 500 }, () => one),
    );
    engine.fillOf(order, 'sell', '100', '98');
    expect([trades(engine).length, trades(engine).at(-1)?.riskMultiple]).toEqual([500, -1]);
  });

  test('a restart keeps the open trade and the closed ones; another plan begins anew', () => {
    const { engine, order } = entered(stop, { quantity: '100' });
    engine.fillOf(order, 'sell', '100', '98');
    agree(engine);
    const [next] = placed(engine.happen({ kind: 'tick' }));
    expect(next).toBeUndefined();
    engine.books.kellySteps.set(portfolio().id, { percent: 0.5, since: engine.at });
    engine.books.markets.get(AAPL)!.trade = { side: 1, realisedBefore: parseMoney('-200'), deployments: [], risk: parseMoney('7') };
    const saved = decode<ReturnType<typeof snapshotOf>>(encode(snapshotOf(engine.books)));
    const again = restore(saved, engine.plan, true);
    expect([again.closedTrades, again.kellySteps]).toEqual([engine.books.closedTrades, engine.books.kellySteps]);
    expect(again.markets.get(AAPL)?.trade).toEqual(engine.books.markets.get(AAPL)?.trade);
    const other = restore(saved, engine.plan, false);
    expect([other.closedTrades.size, other.kellySteps.size, other.markets.get(AAPL)?.trade]).toEqual([0, 0, undefined]);
  });

  test('Kelly sizes by them: fifty that lost stop it, fifty that won raise it, by a step a week', () => {
    const sized = (multiple: number, times: number, weeks: number) => {
      const engine = guarded(stop, { opinions: ['up'], more: { sizing: KELLY } });
      const won = { symbol: AAPL, deployments: [], closedAt: engine.at, profit: parseMoney('1'), riskMultiple: multiple, exit: undefined };
      engine.books.closedTrades.set(
        portfolio().id,
        Array.from({ length: times }, () => won),
      );
      engine.books.kellySteps.set(portfolio().id, { percent: 0.1, since: plus(engine.at, -weeks * WEEK_MS) });
      const [order] = placed(engine.candle(100, 100, 100));
      return order === undefined ? engine.last[0]?.summary : formatFixed(order.intent.quantity);
    };
    expect(sized(1, 49, 9)).toBe('50');
    expect([0, 1, 2, 9].map((weeks) => sized(1, 50, weeks))).toEqual(['50', '62', '78', '200']);
    expect(sized(-1, 50, 9)).toMatch(/^no order: kelly: nothing is to be risked \(50 trades, win rate 0 /);
    expect(sized(Number.NaN, 50, 9)).toBe('no order: kelly: the result of a closed trade is not a number');
  });
});

test('what the stop puts at risk is what the size was made for', () => {
  const sizing: SizingPolicy = { kind: 'fixedRisk', riskPercent: 0.2, gapRanges: 0, costPercent: 0, maxFraction: 1, measure };
  const { engine } = entered(policy({ stopLoss: { percent: 2 } }), { more: { sizing } });
  expect(engine.books.markets.get(AAPL)?.position.quantity).toBe(parseQuantity('100'));
  expect(engine.books.markets.get(AAPL)?.trade?.risk).toBe(parseMoney('200'));
});
