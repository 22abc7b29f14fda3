/** What every method of sizing is asked, and what it answers. Ratios are statistics, hence numbers; what is bought is worked out in money. */
import { type Money, UNIT } from '#server/domain/money.ts';
import type { KellyStep } from '#server/domain/sizing.ts';
import type { Instant } from '#server/domain/time.ts';

export interface SizingCase {
  /** Dollars that the portfolio sizes on. */
  readonly capital: Money;
  /** Dollars for one unit. */
  readonly price: number;
  /** Dollars from the price to the nearest stop; NaN where there is none, or it is not known yet. */
  readonly stopDistance: number;
  /** The average true range in dollars, or the volatility of one bar; NaN while it is not known. */
  readonly measured: number;
  /** Bars of the measure in a year. */
  readonly periodsPerYear: number;
  /** What the portfolio's closed trades have made, in multiples of what each put at risk; oldest first. */
  readonly results: readonly number[];
  /** How far the portfolio's Kelly has come; nothing while its record is not proven. */
  readonly step: KellyStep | undefined;
  readonly now: Instant;
  /** Of the account. */
  readonly equity: Money;
  /** Dollars that all positions and open entries sized by Kelly can lose; not a number where that is not known. */
  readonly openRisk: number;
}

export interface Wish {
  /** What the entry should be worth. */
  readonly value: Money;
  /** The numbers that it was made of. */
  readonly because: string;
}

/** In words, why nothing can be sized. */
export type Answer = Wish | string;

/** Billionths, so that a ratio can multiply money; a finer one is rounded down. */
function asRatio(ratio: number): bigint {
  const nearest = Math.round(ratio * 1e9);
  return BigInt(nearest / 1e9 > ratio ? nearest - 1 : nearest);
}

/** Beyond this a ratio is no size but an accident. */
const LARGEST_RATIO = 1_000_000;

export const partOf = (money: bigint, ratio: number): bigint => (money * asRatio(Math.min(ratio, LARGEST_RATIO))) / UNIT;

/** A part of the capital. What is no number denies, and so does a risk of nothing: a series that stands still has not been measured. */
export function share({ capital }: SizingCase, ratio: number, because: string): Answer {
  if (Number.isNaN(ratio) || ratio === Number.POSITIVE_INFINITY) return `the size can not be worked out (${because})`;
  if (!(ratio > 0)) return `nothing is to be risked (${because})`;
  return { value: partOf(capital, ratio) as Money, because };
}

/** A number as people read it. */
export const shown = (value: number): string => String(Number(value.toPrecision(6)));
