/** Trades: what a position made from flat to flat, against what its first stop put at risk. Read by sizing and by the locks. */
import type { Books, Market } from '#server/domain/books.ts';
import { absolute, isPrice, type Money, notional, priceFromNumber, type Quantity, toNumber } from '#server/domain/money.ts';
import type { Order } from '#server/domain/order.ts';
import type { PortfolioPlan } from '#server/domain/plan.ts';
import type { ClosedTrade, OpenTrade } from '#server/domain/trade.ts';
import { stopDistanceOf } from '#server/risk/exit-levels.ts';
import { stepAfter } from '#server/risk/sizing/kelly-step.ts';
import { resultsOf } from '#server/risk/sizing/results.ts';
import { entryOf } from './episode.ts';

/** More than any method looks at. */
const KEPT_TRADES = 500;

function sideOf({ position: { quantity } }: Market): 1 | -1 | 0 {
  if (quantity === 0n) return 0;
  return quantity > 0n ? 1 : -1;
}

/**
 * Call after each execution, when the exits know the position; `realisedBefore` is what the symbol had realised until then. The trade that it
 * closed, if it did.
 */
export function noteTrade(books: Books, market: Market, order: Order, realisedBefore: Money): ClosedTrade | undefined {
  const { portfolio, trade } = market;
  if (portfolio === undefined) return undefined;
  const side = sideOf(market);
  const closed = trade !== undefined && trade.side !== side ? close(books, market, portfolio, trade, order) : undefined;
  if (side === 0) return closed;
  market.trade ??= {
    side,
    realisedBefore: closed === undefined ? realisedBefore : market.position.realised,
    deployments: order.deployments,
    risk: undefined,
  };
  market.trade.risk = larger(market.trade.risk, riskOf(market, portfolio));
  return closed;
}

/** What became of the position was no execution: there is no trade to tell of. */
export function forgetTrade(market: Market): void {
  if (market.trade !== undefined && market.trade.side !== sideOf(market)) market.trade = undefined;
}

function close(
  books: Books,
  market: Market,
  portfolio: PortfolioPlan,
  { realisedBefore, deployments, risk }: OpenTrade,
  { exit }: Order,
): ClosedTrade {
  market.trade = undefined;
  const profit = (market.position.realised - realisedBefore) as Money;
  const riskMultiple = risk === undefined || risk === 0n ? undefined : toNumber(profit) / toNumber(risk);
  const closed = { symbol: market.symbol, deployments, closedAt: books.at, profit, riskMultiple, exit };
  keep(books, portfolio, closed);
  return closed;
}

function keep({ at, closedTrades, kellySteps }: Books, { id, sizing }: PortfolioPlan, closed: ClosedTrade): void {
  const trades = closedTrades.get(id) ?? [];
  const before = sizing.kind === 'kelly' ? resultsOf(trades) : [];
  if (trades.length === 0) closedTrades.set(id, trades);
  trades.push(closed);
  if (trades.length > KEPT_TRADES) trades.shift();
  if (sizing.kind !== 'kelly') return;
  const step = stepAfter(sizing, kellySteps.get(id), { before, after: resultsOf(trades), now: at });
  if (step === undefined) kellySteps.delete(id);
  else kellySteps.set(id, step);
}

/** By the stops that are set from the beginning, as they lie from the average entry price. */
function riskOf(market: Market, { exits }: PortfolioPlan): Money | undefined {
  const distance = stopDistanceOf(exits, entryOf(market), market.guard?.episode?.range ?? Number.NaN);
  if (!isPrice(distance)) return undefined;
  return notional(priceFromNumber(distance), absolute(market.position.quantity) as Quantity);
}

const larger = (a: Money | undefined, b: Money | undefined): Money | undefined => (a === undefined || (b !== undefined && b > a) ? b : a);
