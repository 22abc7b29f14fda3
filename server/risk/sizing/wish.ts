/** Which method a portfolio sizes by, what it is told, and how large it may ever make an entry. */
import type { Books, Market } from '#server/domain/books.ts';
import { type AssetClass, assetClassOf } from '#server/domain/instrument.ts';
import { type Money, type Price, toNumber } from '#server/domain/money.ts';
import type { PortfolioPlan } from '#server/domain/plan.ts';
import { measureOf, type SizingPolicy } from '#server/domain/sizing.ts';
import { DAY_MS, MINUTE_MS } from '#server/domain/time.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import { equityOf } from '#server/domain/valuation.ts';
import { stopDistanceOf } from '../exit-levels.ts';
import { atrRisk } from './atr-risk.ts';
import { equalWeight } from './equal-weight.ts';
import { fixedFraction } from './fixed-fraction.ts';
import { fixedNotional } from './fixed-notional.ts';
import { fixedRisk } from './fixed-risk.ts';
import { kelly } from './kelly.ts';
import { type Answer, partOf, type SizingCase } from './method.ts';
import { openKellyRisk } from './open-risk.ts';
import { resultsOf } from './results.ts';
import { volatilityTarget } from './volatility-target.ts';

/** Dollars that the portfolio sizes on. */
const capitalOf = (equity: Money, { capitalFraction }: PortfolioPlan): Money => partOf(equity, capitalFraction) as Money;

const SESSIONS_A_YEAR = 252;
const DAYS_A_YEAR = 365;
const SESSION_MS = 390 * MINUTE_MS;

/** How many bars of a length a year has. */
export function periodsPerYear({ ms }: Timeframe, assetClass: AssetClass): number {
  if (assetClass === 'crypto') return (DAYS_A_YEAR * DAY_MS) / ms;
  return SESSIONS_A_YEAR * Math.max(1, SESSION_MS / ms);
}

export function sizingCase(portfolio: PortfolioPlan, books: Books, market: Market, price: Price): SizingCase {
  const { guard, sizeGauge, symbol } = market;
  const dollars = toNumber(price);
  const measure = measureOf(portfolio.sizing);
  const isKelly = portfolio.sizing.kind === 'kelly';
  const equity = equityOf(books);
  return {
    capital: capitalOf(equity, portfolio),
    price: dollars,
    stopDistance: stopDistanceOf(portfolio.exits, dollars, guard?.gauge?.value ?? Number.NaN),
    measured: sizeGauge?.value ?? Number.NaN,
    periodsPerYear: measure === undefined ? Number.NaN : periodsPerYear(measure.timeframe, assetClassOf(symbol)),
    results: isKelly ? resultsOf(books.closedTrades.get(portfolio.id) ?? []) : [],
    step: books.kellySteps.get(portfolio.id),
    now: books.at,
    equity,
    openRisk: isKelly ? openKellyRisk(books) : 0,
  };
}

export function wishOf(policy: SizingPolicy, question: SizingCase): Answer {
  switch (policy.kind) {
    case 'fixedFraction':
      return fixedFraction(policy, question);
    case 'fixedRisk':
      return fixedRisk(policy, question);
    case 'kelly':
      return kelly(policy, question);
    case 'volatilityTarget':
      return volatilityTarget(policy, question);
    case 'atrRisk':
      return atrRisk(policy, question);
    case 'equalWeight':
      return equalWeight(policy, question);
    case 'fixedNotional':
      return fixedNotional(policy);
    default:
      return policy satisfies never;
  }
}

/** The largest part of the capital that an entry may be worth, whatever the method says. */
export function ceilingOf(policy: SizingPolicy): number {
  if ('maxFraction' in policy) return policy.maxFraction;
  return 'maxLeverage' in policy ? policy.maxLeverage : 1;
}
