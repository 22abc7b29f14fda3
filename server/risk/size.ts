/**
 * Target → intent: how much. What the portfolio's method says, or the smallest of the caps, rounded down to whole lots; less than the venue's
 * smallest order is no order. An exit is all that is held.
 */
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import { type AssetClass, assetClassOf, type Instrument } from '#server/domain/instrument.ts';
import type { Limits } from '#server/domain/limits.ts';
import { absolute, formatFixed, type Money, type Price, type Quantity, roundDownTo, smaller, UNIT } from '#server/domain/money.ts';
import type { TimeInForce } from '#server/domain/order.ts';
import type { PortfolioPlan } from '#server/domain/plan.ts';
import type { Target, Vote } from '#server/domain/signal.ts';
import { equityOf, markOf } from '#server/domain/valuation.ts';
import { partOf } from './sizing/method.ts';
import { ceilingOf, sizingCase, wishOf } from './sizing/wish.ts';

/** Alpaca takes crypto as good-till-cancelled or immediate; equities for the day. */
export const timeInForceFor = (assetClass: AssetClass): TimeInForce => (assetClass === 'crypto' ? 'gtc' : 'day');

/** The largest quantity in whole steps that costs at most `value`; 0 when not even the smallest order does. */
export const quantityFor = (instrument: Instrument, value: Money, price: Price): Quantity => inLots(instrument, (value * UNIT) / price);

/** In whole lots; less than the smallest order is none. */
function inLots({ quantityStep, minQuantity }: Instrument, units: bigint): Quantity {
  const quantity = roundDownTo(units, quantityStep);
  return (quantity < minQuantity ? 0n : quantity) as Quantity;
}

/** Joined, not added up: what is added up keeps all its parts beside each other, and many rows of a backtest keep it. */
export const reasonOf = (target: Target, votes: readonly Vote[], ...more: readonly string[]): string =>
  [target.reason, ...votes.map((vote) => `${vote.deployment}: ${vote.reason}`), ...more].join('; ');

/** Who wants what, and where. */
export interface Wanted {
  readonly target: Target;
  readonly votes: readonly Vote[];
  readonly portfolio: PortfolioPlan;
  readonly market: Market;
}

export interface Sized {
  readonly quantity: Quantity;
  /** The method, its inputs, and the cap that held it back. */
  readonly because: string;
}

interface Cap {
  readonly name: string;
  readonly value: Money;
}

/** The smallest of what an entry may be worth: what the method may ever ask for, and the limits of one order, one position and of all. */
function smallestCap(portfolio: PortfolioPlan, capital: Money, equity: Money, limits: Limits): Cap {
  const ceiling = ceilingOf(portfolio.sizing);
  const { maxOrderNotional, maxPositionNotional, maxGrossExposure, maxConcentrationPercent, maxLeverage } = limits;
  const caps: readonly Cap[] = [
    { name: `${ceiling} of the capital`, value: partOf(capital, ceiling) as Money },
    { name: 'limits.maxOrderNotional', value: maxOrderNotional },
    { name: 'limits.maxPositionNotional', value: maxPositionNotional },
    { name: 'limits.maxGrossExposure', value: maxGrossExposure },
    { name: 'limits.maxConcentrationPercent', value: partOf(equity, maxConcentrationPercent / 100) as Money },
    { name: 'limits.maxLeverage', value: partOf(equity, maxLeverage) as Money },
  ];
  return caps.reduce((least, cap) => (cap.value < least.value ? cap : least));
}

/** How much an entry is; in words why nothing can be. */
export function entrySize(
  { portfolio, market }: Pick<Wanted, 'portfolio' | 'market'>,
  books: Books,
  limits: Limits,
  price: Price,
): Sized | string {
  const { instrument } = market;
  if (instrument === undefined) return 'the instrument is not known yet';
  const question = sizingCase(portfolio, books, market, price);
  const wish = wishOf(portfolio.sizing, question);
  if (typeof wish === 'string') return `${portfolio.sizing.kind}: ${wish}`;
  const cap = smallestCap(portfolio, question.capital, equityOf(books), limits);
  const isCapped = wish.value > cap.value;
  const value = isCapped ? cap.value : wish.value;
  const held = isCapped ? `, capped at $${formatFixed(value)} by ${cap.name}` : '';
  const because = `${portfolio.sizing.kind} of $${formatFixed(question.capital)}: ${wish.because}${held}`;
  const quantity = inLots(instrument, smaller((value * UNIT) / price, limits.maxOrderQuantity));
  return quantity === 0n ? `$${formatFixed(value)} does not buy one lot (${because})` : { quantity, because };
}

/** The intent that would bring the target about, or in words why there is none. */
export function size(wanted: Wanted, books: Books, limits: Limits): Intent | string {
  const { target, votes, portfolio, market } = wanted;
  const price = markOf(market);
  if (price === undefined) return 'no price is known yet';
  const isExit = target.action === 'exit';
  const sized = isExit
    ? { quantity: absolute(market.position.quantity) as Quantity, because: '' }
    : entrySize(wanted, books, limits, price);
  if (typeof sized === 'string') return sized;
  const { quantity, because } = sized;
  const buys = isExit ? market.position.quantity <= 0n : target.stance > 0;
  return {
    symbol: market.symbol,
    type: 'market',
    exit: undefined,
    timeInForce: timeInForceFor(assetClassOf(market.symbol)),
    expectedPrice: price,
    portfolio: portfolio.id,
    deployments: votes.map((vote) => vote.deployment),
    reason: isExit ? reasonOf(target, votes) : reasonOf(target, votes, because),
    side: buys ? 'buy' : 'sell',
    quantity,
    purpose: isExit ? 'reduce' : 'open',
  };
}
