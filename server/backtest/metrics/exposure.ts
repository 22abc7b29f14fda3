/** How much of the time, and how much of the money, was in the market. */
import type { DefinitionsOf, Figure } from './definition.ts';
import { yearsOf } from './returns.ts';
import type { Series } from './sampling.ts';
import { defined, ratio, sum, Total } from './sums.ts';
import type { ClosedTrade } from './trades.ts';

export interface ExposureMetrics {
  readonly exposure: Figure;
  readonly exposureTouched: Figure;
  readonly averageInvested: Figure;
  readonly turnover: Figure;
}

export const exposureDefinitions: DefinitionsOf<ExposureMetrics> = {
  exposure: {
    label: 'Exposure',
    unit: 'fraction',
    text: 'Points of the curve with a position / all points. From the positions, otherwise from cash that differs from equity, otherwise from the trades’ times (entry up to, not including, exit).',
  },
  exposureTouched: {
    label: 'Exposure, bars touched',
    unit: 'fraction',
    text: 'Bars in which a position was held at any moment / all bars, the bar of the exit included. As backtesting.py.',
  },
  averageInvested: {
    label: 'Average invested',
    unit: 'fraction',
    text: 'Mean over the points of (equity − cash) / equity: net value of the positions as a share of equity; short ones count negative.',
  },
  turnover: {
    label: 'Turnover, a year',
    unit: 'number',
    text: 'Half of all that was bought and sold / mean equity / calendar years: 1 means the whole account was exchanged once a year. From the fills, otherwise from the closed trades.',
  },
};

/** A curve that may tell what was held. */
export interface HoldingSeries extends Series {
  readonly cash?: ArrayLike<number> | undefined;
  /** One column a symbol. */
  readonly positions?: readonly ArrayLike<number>[] | undefined;
}

/** Whether a position was held at each point; nothing when the curve does not tell. */
function heldAtPoints({ equity, cash, positions }: HoldingSeries): Uint8Array | null {
  if (positions === undefined && cash === undefined) return null;
  const held = new Uint8Array(equity.length);
  for (const column of positions ?? []) {
    for (let nth = 0; nth < held.length; nth++) if (column[nth] !== 0) held[nth] = 1;
  }
  if (positions === undefined && cash !== undefined) {
    for (let nth = 0; nth < held.length; nth++) if (cash[nth] !== equity[nth]) held[nth] = 1;
  }
  return held;
}

/** The last point that is not later; −1 before the first. */
function placeOf(timestamp: ArrayLike<number>, at: number): number {
  let [low, high] = [0, timestamp.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timestamp[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Marks the points from entry to exit, the exit's own with `last` 0; nothing when a trade does not tell its times. */
function heldByTrades({ timestamp }: Series, trades: readonly ClosedTrade[], last: 0 | 1): Uint8Array | null {
  const held = new Uint8Array(timestamp.length);
  for (const { enteredAt, exitedAt } of trades) {
    if (enteredAt === undefined || exitedAt === undefined) return null;
    held.fill(1, Math.max(0, placeOf(timestamp, enteredAt)), placeOf(timestamp, exitedAt) + 1 - last);
  }
  return held;
}

function share(held: Uint8Array | null): Figure {
  if (held === null) return null;
  let count = 0;
  for (let nth = 0; nth < held.length; nth++) count += held[nth] as number;
  return ratio(count, held.length);
}

/** Points at which or on the way to which something was held. */
function touched(atPoints: Uint8Array | null, byTrades: Uint8Array | null): Uint8Array | null {
  if (atPoints === null) return byTrades;
  const either = new Uint8Array(atPoints.length);
  for (let nth = 0; nth < either.length; nth++) {
    if (atPoints[nth] === 1 || atPoints[nth - 1] === 1 || byTrades?.[nth] === 1) either[nth] = 1;
  }
  return either;
}

export interface Trading {
  readonly trades: readonly ClosedTrade[] | undefined;
  /** Dollars bought and sold, when the fills are known. */
  readonly traded: number | undefined;
}

export function exposureMetrics(series: HoldingSeries, { trades, traded }: Trading): ExposureMetrics {
  const atPoints = heldAtPoints(series);
  const inclusive = trades === undefined ? null : heldByTrades(series, trades, 0);
  const exclusive = atPoints ?? (trades === undefined ? null : heldByTrades(series, trades, 1));
  const years = yearsOf(series);
  const count = series.equity.length;
  const meanEquity = sum(series.equity) / count;
  const dollars = traded ?? tradedBy(trades);
  return {
    exposure: share(exclusive),
    exposureTouched: share(touched(atPoints, inclusive)),
    averageInvested: invested(series),
    turnover: dollars === null || !(years > 0) || !(meanEquity > 0) ? null : defined(dollars / 2 / meanEquity / years),
  };
}

function tradedBy(trades: readonly ClosedTrade[] | undefined): Figure {
  let dollars = 0;
  for (const { entryValue, exitValue } of trades ?? []) {
    if (entryValue === undefined || exitValue === undefined) return null;
    dollars += entryValue + exitValue;
  }
  return trades === undefined ? null : dollars;
}

function invested({ equity, cash }: HoldingSeries): Figure {
  if (cash === undefined) return null;
  const shares = new Total();
  for (let nth = 0; nth < equity.length; nth++) {
    const value = equity[nth] as number;
    if (!(value > 0)) return null;
    shares.add((value - (cash[nth] as number)) / value);
  }
  return defined(shares.value / equity.length);
}
