/** A backtest sizes by the code that trades: the same bars give the same first entry, for every method, and its trades are kept. */
import { expect, test } from 'vitest';
import { walk, walkColumns } from '#scripts/bench/walk.ts';
import { PlanTrader } from '#server/backtest/plan-trader.ts';
import { DEFAULT_FILL } from '#server/backtest/request.ts';
import { BacktestRun } from '#server/backtest/run.ts';
import { tradingHours } from '#server/backtest/trading-hours.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { parseMoney } from '#server/domain/money.ts';
import type { MeasurePlan, SizingPolicy } from '#server/domain/sizing.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { policy } from '#tests/engine/exits-bench.ts';
import { bench, hired, placed, plan, portfolio } from '#tests/support/builders.ts';

const BARS = 1_500;
const A = 'A' as AssetSymbol;
const measure: MeasurePlan = { kind: 'averageTrueRange', period: 5, timeframe: MINUTE, decay: 0 };
const risk = { gapRanges: 1, costPercent: 0.1, maxFraction: 1, measure };
const METHODS: readonly SizingPolicy[] = [
  { kind: 'fixedFraction', fraction: 0.1 },
  { kind: 'equalWeight', positions: 7 },
  { kind: 'fixedNotional', notional: parseMoney('7000'), maxFraction: 1 },
  { kind: 'fixedRisk', riskPercent: 0.1, ...risk },
  {
    kind: 'kelly',
    multiplier: 0.25,
    minTrades: 50,
    minRiskPercent: 0.1,
    maxRiskPercent: 2,
    maxStepPercent: 25,
    maxTotalRiskPercent: 6,
    ...risk,
  },
  { kind: 'atrRisk', riskPercent: 0.01, ranges: 1, maxFraction: 1, measure },
  { kind: 'volatilityTarget', annualPercent: 3, floorPercent: 1, maxLeverage: 1, measure: { ...measure, kind: 'volatility', decay: 0.94 } },
];

const planWith = (sizing: SizingPolicy) =>
  plan({
    portfolios: [
      portfolio({
        ...{ symbols: [A], sizing, exits: policy({ stopLoss: { percent: 1 } }) },
        deployments: [hired('ma-cross', { fast: 2, slow: 5 })],
      }),
    ],
    limits: { maxPriceAgeMs: Number.MAX_SAFE_INTEGER, maxDailyLoss: parseMoney('100000') },
  });

function backtest(sizing: SizingPolicy) {
  const bars = [walkColumns(A, BARS, 7)];
  const cash = parseMoney('100000');
  let trader: PlanTrader | undefined;
  const run = new BacktestRun({ instruments: [equity(A)], cash, fill: DEFAULT_FILL }, (lanes) => {
    trader = new PlanTrader({ kind: 'plan', plan: planWith(sizing), sessions: tradingHours(bars, 'always').sessions }, lanes, cash);
    return trader;
  });
  for (let slot = run.advance(), nth = 0; slot !== undefined; slot = run.advance(), nth++) run.offer(slot, bars[nth]);
  run.finish();
  return { rows: run.take().rows, books: trader!.books };
}

function firstLive(sizing: SizingPolicy) {
  const engine = bench(planWith(sizing));
  const { sessions } = tradingHours([walkColumns(A, BARS, 7)], 'always');
  engine.happen({ kind: 'calendar', sessions });
  for (const bar of walk(A, BARS, 7)) {
    const [order] = placed(engine.happen({ kind: 'bar', bar, history: false }, bar.endsAt));
    if (order !== undefined) return order.intent;
  }
  throw new Error('nothing was bought');
}

test.each(METHODS.map((sizing) => [sizing.kind, sizing] as const))('%s', (kind, sizing) => {
  const { rows, books } = backtest(sizing);
  const live = firstLive(sizing);
  const entry = rows.orders[0];
  expect([entry?.quantity, entry?.reason]).toEqual([live.quantity, live.reason]);
  expect(live.reason).toContain(`; ${kind} of $100000: `);
  expect(books.closedTrades.get(portfolio().id)?.length).toBeGreaterThan(20);
});
