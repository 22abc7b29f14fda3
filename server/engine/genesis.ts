/** Books before anything happened. */
import { BarAggregator } from '#server/domain/bar-aggregator.ts';
import type { Books, Frame, Market, Seat } from '#server/domain/books.ts';
import type { AssetSymbol, RunId } from '#server/domain/ids.ts';
import { ZERO_MONEY } from '#server/domain/money.ts';
import type { Plan, PortfolioPlan } from '#server/domain/plan.ts';
import { flat } from '#server/domain/position.ts';
import type { Instant } from '#server/domain/time.ts';
import { isLonger } from '#server/domain/timeframe.ts';

const BEFORE_EVERYTHING = 0 as Instant;

export function newMarket(symbol: AssetSymbol, portfolio: PortfolioPlan | undefined): Market {
  const seats = (portfolio?.deployments ?? []).map((deployment) => ({ deployment, agent: deployment.hire(), standing: undefined }));
  return {
    symbol,
    instrument: undefined,
    lastPrice: Number.NaN,
    lastBarStartsAt: BEFORE_EVERYTHING,
    lastBarEndsAt: BEFORE_EVERYTHING,
    position: flat(symbol),
    held: 0,
    openOrders: [],
    portfolio,
    seats,
    streamSeats: seats.filter(({ deployment }) => !isLonger(deployment.timeframe)),
    frames: framesOf(symbol, seats),
    expiring: false,
    reconsider: false,
    wishUntil: undefined,
  };
}

function framesOf(symbol: AssetSymbol, seats: readonly Seat[]): Frame[] {
  const longer = seats.filter(({ deployment }) => isLonger(deployment.timeframe));
  const byName = Map.groupBy(longer, ({ deployment }) => deployment.timeframe.name);
  return [...byName.values()].flatMap((group) => {
    const timeframe = group[0]?.deployment.timeframe;
    return timeframe === undefined ? [] : [{ timeframe, aggregator: new BarAggregator(symbol, timeframe), seats: group }];
  });
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
    lossScreen: { equity: 0, floor: Number.NEGATIVE_INFINITY },
    kill: { level: 'armed', latchId: 0, by: '', reason: '', at: BEFORE_EVERYTHING },
    markets: new Map(),
    orders: new Map(),
    finished: [],
    keptFinishedOrders,
    openOrderCount: 0,
    filledOrderCount: 0,
    externalOrders: new Set(),
    sentAt: [],
    sessions: [],
    lostFeeds: new Set(),
    lastStatement: undefined,
    lastActivityAt: BEFORE_EVERYTHING,
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
