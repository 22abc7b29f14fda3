/** All that Kelly sizes shares one budget of risk: positions, entries that are out, of every portfolio; what others size does not count. */
import { describe, expect, test } from 'vitest';
import type { AssetSymbol, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import { formatFixed, parseMoney, parseQuantity } from '#server/domain/money.ts';
import type { PortfolioPlan } from '#server/domain/plan.ts';
import type { Kelly } from '#server/domain/sizing.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { openKellyRisk } from '#server/risk/sizing/open-risk.ts';
import { AAPL, bench, fill, placed, plan, portfolio, scripted } from '#tests/support/builders.ts';
import { policy } from './exits-bench.ts';

const MSFT = 'MSFT' as AssetSymbol;
const IBM = 'IBM' as AssetSymbol;

const KELLY: Kelly = {
  ...{
    kind: 'kelly',
    multiplier: 0.25,
    minTrades: 50,
    minRiskPercent: 0.2,
    maxRiskPercent: 2,
    maxStepPercent: 25,
    maxTotalRiskPercent: 0.5,
  },
  ...{ gapRanges: 0, costPercent: 0, maxFraction: 1, measure: { kind: 'averageTrueRange', period: 2, timeframe: MINUTE, decay: 0 } },
};

const one = (id: string, symbol: AssetSymbol, changes: Partial<PortfolioPlan> = {}): PortfolioPlan =>
  portfolio({
    id: id as PortfolioId,
    symbols: [symbol],
    deployments: [
      { id: `${id}-agent` as DeploymentId, agent: 'scripted', weight: 1, timeframe: MINUTE, hire: scripted(['up', 'up', 'up']) },
    ],
    sizing: KELLY,
    exits: policy({ stopLoss: { percent: 2 } }),
    ...changes,
  });

const three = (changes: Partial<PortfolioPlan> = {}) =>
  bench(
    plan({ portfolios: [one('a', AAPL), one('b', MSFT, changes), one('c', IBM)], limits: { maxGrossExposure: parseMoney('1000000') } }),
  );

const shares = (commands: ReturnType<ReturnType<typeof bench>['bar']>) =>
  placed(commands).map(({ intent }) => formatFixed(intent.quantity));

describe('0.5 % of $100,000 for all, 0.2 % for each', () => {
  test('entries that are out count, and the third one is refused', () => {
    const engine = three();
    // $200 at risk over $2 a share.
    expect(shares(engine.bar(100, AAPL))).toEqual(['100']);
    expect(openKellyRisk(engine.books)).toBe(200);
    expect(shares(engine.bar(100, MSFT))).toEqual(['100']);
    expect(openKellyRisk(engine.books)).toBe(400);
    expect(shares(engine.bar(100, IBM))).toEqual([]);
    expect(engine.last[0]?.summary).toBe(
      'no order: kelly: nothing is to be risked: 0.1 % of the capital are left of 0.5 % of the equity for all that Kelly sizes',
    );
  });

  test('what an entry has become counts as much, and what was left gives room', () => {
    const engine = three();
    const [entry] = placed(engine.bar(100, AAPL));
    engine.happen({ kind: 'fill', fill: { ...fill(entry!.order, 'buy', '40', '100'), at: engine.at } });
    expect(openKellyRisk(engine.books), '40 held, 60 on their way').toBe(200);
    engine.happen({ kind: 'fill', fill: { ...fill(entry!.order, 'buy', '60', '100'), at: engine.at } });
    expect(openKellyRisk(engine.books)).toBe(200);
    const stop = [...engine.books.orders.values()].find(({ purpose }) => purpose === 'reduce')!;
    engine.happen({ kind: 'fill', fill: { ...fill(stop.id, 'sell', '100', '98'), at: engine.at } });
    expect(openKellyRisk(engine.books)).toBe(0);
  });

  test('the first stop counts where a stop from here would lose less', () => {
    const engine = three();
    const [entry] = placed(engine.bar(100, AAPL));
    engine.happen({ kind: 'fill', fill: { ...fill(entry!.order, 'buy', '100', '100'), at: engine.at } });
    engine.bar(99, AAPL);
    expect(openKellyRisk(engine.books)).toBe(200);
    engine.bar(110, AAPL);
    expect(openKellyRisk(engine.books)).toBeCloseTo(220, 9);
  });

  test('what another method sizes does not count', () => {
    const engine = three({ sizing: { kind: 'fixedFraction', fraction: 0.1 } });
    engine.bar(100, AAPL);
    engine.bar(100, MSFT);
    expect(openKellyRisk(engine.books)).toBe(200);
    expect(shares(engine.bar(100, IBM))).toEqual(['100']);
  });

  test('without a stop that is known all of a position counts', () => {
    const engine = three();
    engine.bar(50, AAPL);
    Object.assign(engine.books.markets.get(MSFT)!, { lastPrice: 50, portfolio: { ...one('b', MSFT), exits: undefined } });
    Object.assign(engine.books.markets.get(MSFT)!.position, { quantity: parseQuantity('-10') });
    expect(openKellyRisk(engine.books)).toBe(200 + 500);
  });
});
