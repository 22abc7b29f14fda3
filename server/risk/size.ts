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

/** Dollars that one entry of this portfolio may cost. */
export function entryValue(books: Books, portfolio: PortfolioPlan): Money {
  const capital = (equityOf(books) * asRatio(portfolio.capitalFraction)) / UNIT;
  return ((capital * asRatio(portfolio.sizing.fraction)) / UNIT) as Money;
}

/** The largest quantity in whole steps that costs at most `value`; 0 when not even the smallest order does. */
export function quantityFor(instrument: Instrument, value: Money, price: Price): Quantity {
  if (value <= 0n) return 0n as Quantity;
  const quantity = roundDownTo((value * UNIT) / price, instrument.quantityStep);
  return (quantity < instrument.minQuantity ? 0n : quantity) as Quantity;
}

export const reasonOf = (target: Target, votes: readonly Vote[]): string =>
  [target.reason, ...votes.map((vote) => `${vote.deployment}: ${vote.reason}`)].join('; ');

/** The intent that would bring the target about, or in words why there is none. */
export function size(target: Target, votes: readonly Vote[], portfolio: PortfolioPlan, books: Books, market: Market): Intent | string {
  const { instrument } = market;
  const price = markOf(market);
  if (price === undefined) return 'no price is known yet';
  const base = {
    symbol: market.symbol,
    type: 'market' as const,
    exit: undefined,
    timeInForce: timeInForceFor(assetClassOf(market.symbol)),
    expectedPrice: price,
    portfolio: portfolio.id,
    deployments: votes.map((vote) => vote.deployment),
    reason: reasonOf(target, votes),
  };
  if (target.action === 'exit') {
    const { quantity } = market.position;
    return { ...base, side: quantity > 0n ? 'sell' : 'buy', quantity: absolute(quantity) as Quantity, purpose: 'reduce' };
  }
  if (instrument === undefined) return 'the instrument is not known yet';
  const value = entryValue(books, portfolio);
  const quantity = quantityFor(instrument, value, price);
  if (quantity === 0n) return "the portfolio's fraction does not buy one lot";
  return { ...base, side: target.stance > 0 ? 'buy' : 'sell', quantity, purpose: 'open' };
}
