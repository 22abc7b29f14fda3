/** Target → intent: how much. Fixed fraction: an entry is worth a set part of the portfolio's capital, rounded down to whole lots. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import { type AssetClass, assetClassOf, type Instrument } from '#server/domain/instrument.ts';
import { absolute, type Money, type Price, type Quantity, roundDownTo, UNIT } from '#server/domain/money.ts';
import type { TimeInForce } from '#server/domain/order.ts';
import type { PortfolioPlan } from '#server/domain/plan.ts';
import type { Target, Vote } from '#server/domain/signal.ts';
import { equityOf, markOf } from '#server/domain/valuation.ts';

/** Billionths, so that a ratio can multiply money; a finer one is rounded down. */
function asRatio(ratio: number): bigint {
  const nearest = Math.round(ratio * 1e9);
  return BigInt(nearest / 1e9 > ratio ? nearest - 1 : nearest);
}

/** Alpaca takes crypto as good-till-cancelled or immediate; equities for the day. */
export const timeInForceFor = (assetClass: AssetClass): TimeInForce => (assetClass === 'crypto' ? 'gtc' : 'day');

const partOf = (money: bigint, ratio: number): bigint => (ratio === 1 ? money : (money * asRatio(ratio)) / UNIT);

/** Dollars that one entry of this portfolio may cost. */
export const entryValue = (books: Books, { capitalFraction, sizing }: PortfolioPlan): Money =>
  partOf(partOf(equityOf(books), capitalFraction), sizing.fraction) as Money;

/** The largest quantity in whole steps that costs at most `value`; 0 when not even the smallest order does. */
export function quantityFor(instrument: Instrument, value: Money, price: Price): Quantity {
  if (value <= 0n) return 0n as Quantity;
  const quantity = roundDownTo((value * UNIT) / price, instrument.quantityStep);
  return (quantity < instrument.minQuantity ? 0n : quantity) as Quantity;
}

/** Joined, not added up: what is added up keeps all its parts beside each other, and many rows of a backtest keep it. */
export const reasonOf = (target: Target, votes: readonly Vote[]): string =>
  [target.reason, ...votes.map((vote) => `${vote.deployment}: ${vote.reason}`)].join('; ');

/** How much to buy or sell for it; in words why nothing can be. */
function quantityOf({ action }: Target, price: Price, portfolio: PortfolioPlan, books: Books, market: Market): Quantity | string {
  const { instrument, position } = market;
  if (action === 'exit') return absolute(position.quantity) as Quantity;
  if (instrument === undefined) return 'the instrument is not known yet';
  const quantity = quantityFor(instrument, entryValue(books, portfolio), price);
  return quantity === 0n ? "the portfolio's fraction does not buy one lot" : quantity;
}

/** The intent that would bring the target about, or in words why there is none. */
export function size(target: Target, votes: readonly Vote[], portfolio: PortfolioPlan, books: Books, market: Market): Intent | string {
  const price = markOf(market);
  if (price === undefined) return 'no price is known yet';
  const quantity = quantityOf(target, price, portfolio, books, market);
  if (typeof quantity === 'string') return quantity;
  const isExit = target.action === 'exit';
  const buys = isExit ? market.position.quantity <= 0n : target.stance > 0;
  return {
    symbol: market.symbol,
    type: 'market',
    exit: undefined,
    timeInForce: timeInForceFor(assetClassOf(market.symbol)),
    expectedPrice: price,
    portfolio: portfolio.id,
    deployments: votes.map((vote) => vote.deployment),
    reason: reasonOf(target, votes),
    side: buys ? 'buy' : 'sell',
    quantity,
    purpose: isExit ? 'reduce' : 'open',
  };
}
