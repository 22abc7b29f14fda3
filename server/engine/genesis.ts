/** Books before anything happened. */
import { BarAggregator } from '#server/domain/bar-aggregator.ts';
import type { Books, Frame, Market, Seat } from '#server/domain/books.ts';
import type { ExitPolicy, Gauge, Guard } from '#server/domain/exits.ts';
import type { AssetSymbol, RunId } from '#server/domain/ids.ts';
import { ZERO_MONEY } from '#server/domain/money.ts';
import type { Plan, PortfolioPlan } from '#server/domain/plan.ts';
import { flat } from '#server/domain/position.ts';
import { newRiskState } from '#server/domain/risk-state.ts';
import { measureOf } from '#server/domain/sizing.ts';
import { newTape } from '#server/domain/tape.ts';
import type { Instant } from '#server/domain/time.ts';
import { isLonger, type Timeframe } from '#server/domain/timeframe.ts';
import { Atr } from '#server/indicators/atr.ts';
import { EwmaVolatility } from '#server/indicators/ewma-volatility.ts';

const BEFORE_EVERYTHING = 0 as Instant;

export function newMarket(symbol: AssetSymbol, portfolio: PortfolioPlan | undefined): Market {
  const seats = (portfolio?.deployments ?? []).map((deployment) => ({ deployment, agent: deployment.hire(), standing: undefined }));
  const guard = portfolio?.exits === undefined ? undefined : newGuard(portfolio.exits);
  const sizeGauge = newSizeGauge(portfolio);
  const gauges = [placed(guard?.gauge, guard?.policy.range), placed(sizeGauge, portfolio && measureOf(portfolio.sizing))].flat();
  return {
    symbol,
    instrument: undefined,
    lastPrice: Number.NaN,
    quote: undefined,
    lastBarStartsAt: BEFORE_EVERYTHING,
    lastBarEndsAt: BEFORE_EVERYTHING,
    position: flat(symbol),
    tape: newTape(),
    held: 0,
    openOrders: [],
    portfolio,
    seats,
    streamSeats: seats.filter(({ deployment }) => !isLonger(deployment.timeframe)),
    streamGauges: gauges.filter(({ timeframe }) => !isLonger(timeframe)).map(({ gauge }) => gauge),
    frames: framesOf(symbol, seats, gauges),
    guard,
    leaving: undefined,
    flattenRefusedAt: undefined,
    sizeGauge,
    trade: undefined,
    expiring: false,
    reconsider: false,
    wishUntil: undefined,
  };
}

function newGuard(policy: ExitPolicy): Guard {
  const { range } = policy;
  return {
    policy,
    gauge: range === undefined ? undefined : { value: Number.NaN, measure: new Atr(range.period) },
    episode: undefined,
    levels: { stop: Number.NaN, stopRule: 'stopLoss', target: Number.NaN },
    hasMoved: false,
    refusedAt: undefined,
    uncovered: undefined,
  };
}

/** A gauge, and which bars it is shown. */
interface Placed {
  readonly gauge: Gauge;
  readonly timeframe: Timeframe;
}

const placed = (gauge: Gauge | undefined, of: { readonly timeframe: Timeframe } | undefined): Placed[] =>
  gauge === undefined || of === undefined ? [] : [{ gauge, timeframe: of.timeframe }];

function newSizeGauge(portfolio: PortfolioPlan | undefined): Gauge | undefined {
  const plan = portfolio && measureOf(portfolio.sizing);
  if (plan === undefined) return undefined;
  const { kind, period, decay } = plan;
  return { value: Number.NaN, measure: kind === 'volatility' ? new EwmaVolatility(period, decay) : new Atr(period) };
}

function framesOf(symbol: AssetSymbol, seats: readonly Seat[], gauges: readonly Placed[]): Frame[] {
  const wanted = [...seats.map(({ deployment }) => deployment.timeframe), ...gauges.map(({ timeframe }) => timeframe)].filter(isLonger);
  const byName = new Map(wanted.map((timeframe) => [timeframe.name, timeframe]));
  return [...byName.values()].map((timeframe) => ({
    timeframe,
    aggregator: new BarAggregator(symbol, timeframe),
    seats: seats.filter(({ deployment }) => deployment.timeframe.name === timeframe.name),
    gauges: gauges.filter((one) => one.timeframe.name === timeframe.name).map(({ gauge }) => gauge),
  }));
}

/** Far more than can be under way at a broker. */
const KEPT_FINISHED_ORDERS = 2_000;

export function newBooks(run: RunId, plan: Plan, keptFinishedOrders = KEPT_FINISHED_ORDERS): Books {
  const books: Books = {
    run,
    seq: 0,
    at: BEFORE_EVERYTHING,
    reconciled: false,
    cash: ZERO_MONEY,
    day: undefined,
    lossScreen: { equity: 0, floor: Number.NEGATIVE_INFINITY, ceiling: Number.POSITIVE_INFINITY },
    risk: newRiskState(),
    kill: { level: 'armed', latchId: 0, by: '', reason: '', at: BEFORE_EVERYTHING },
    latches: new Map(),
    markets: new Map(),
    closedTrades: new Map(),
    kellySteps: new Map(),
    locks: [],
    locksPlaced: 0,
    orders: new Map(),
    finished: [],
    keptFinishedOrders,
    forgottenOrderCount: 0,
    openOrderCount: 0,
    filledOrderCount: 0,
    externalOrders: new Map(),
    adopted: new Set(),
    sentAt: [],
    sessions: [],
    lostFeeds: new Set(),
    lastStatement: undefined,
    lastActivityAt: BEFORE_EVERYTHING,
    begunAt: BEFORE_EVERYTHING,
    openingUntil: BEFORE_EVERYTHING,
    lastFillAt: BEFORE_EVERYTHING,
    fillsProvenUntil: BEFORE_EVERYTHING,
    certified: undefined,
    disagreements: 0,
  };
  for (const portfolio of plan.portfolios) {
    for (const symbol of portfolio.symbols) books.markets.set(symbol, newMarket(symbol, portfolio));
  }
  return books;
}

/** The market of a symbol; one that the plan does not trade is opened without agents, so that its position counts. */
export function marketOf(books: Books, symbol: AssetSymbol): Market {
  const known = books.markets.get(symbol);
  if (known !== undefined) return known;
  const market = newMarket(symbol, undefined);
  books.markets.set(symbol, market);
  return market;
}
