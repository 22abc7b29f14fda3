/** How large an entry is: the methods that a portfolio may size by. Percents and fractions are of the portfolio's capital. */
import type { Money } from './money.ts';
import type { Instant } from './time.ts';
import type { Timeframe } from './timeframe.ts';

/** What is measured for it, and of which bars. */
export interface MeasurePlan {
  readonly kind: 'averageTrueRange' | 'volatility';
  /** Bars of the average true range; returns that the first variance is made of. */
  readonly period: number;
  readonly timeframe: Timeframe;
  /** Of the volatility: what the variance keeps of itself at each return. */
  readonly decay: number;
}

/** What one unit can lose until its stop has sold it. */
export interface UnitRisk {
  /** The stop counts as at least so many average true ranges away, because it sells at the market, also behind a gap. */
  readonly gapRanges: number;
  /** Getting in and out, in percent of the price. */
  readonly costPercent: number;
}

/** Each entry is worth this part of the capital. */
export interface FixedFraction {
  readonly kind: 'fixedFraction';
  readonly fraction: number;
}

/** An entry loses this part of the capital when its stop is hit. */
export interface FixedRisk extends UnitRisk {
  readonly kind: 'fixedRisk';
  readonly riskPercent: number;
  readonly maxFraction: number;
  readonly measure: MeasurePlan;
}

/** What is put at risk follows the portfolio's own closed trades. */
export interface Kelly extends UnitRisk {
  readonly kind: 'kelly';
  /** The part of what Kelly's formula gives, at most a half. */
  readonly multiplier: number;
  /** With fewer closed trades the least risk is taken. */
  readonly minTrades: number;
  readonly minRiskPercent: number;
  readonly maxRiskPercent: number;
  /** By how much of itself it may rise a week. */
  readonly maxStepPercent: number;
  /** Of the equity, at risk in all positions and open entries that Kelly sizes, of all portfolios. */
  readonly maxTotalRiskPercent: number;
  readonly maxFraction: number;
  readonly measure: MeasurePlan;
}

/** How far a portfolio's Kelly has come. */
export interface KellyStep {
  /** Of the capital at risk. */
  readonly percent: number;
  /** When it came there: whole weeks later it may rise. */
  readonly since: Instant;
}

/** An entry swings by so much a year. */
export interface VolatilityTarget {
  readonly kind: 'volatilityTarget';
  readonly annualPercent: number;
  /** What was measured counts as at least this, so that a quiet or stale series does not blow up the size. */
  readonly floorPercent: number;
  readonly maxLeverage: number;
  readonly measure: MeasurePlan;
}

/** An adverse move of so many average true ranges costs this part of the capital. */
export interface AtrRisk {
  readonly kind: 'atrRisk';
  readonly riskPercent: number;
  readonly ranges: number;
  readonly maxFraction: number;
  readonly measure: MeasurePlan;
}

/** The capital is shared out equally. */
export interface EqualWeight {
  readonly kind: 'equalWeight';
  readonly positions: number;
}

/** Each entry is worth so many dollars. */
export interface FixedNotional {
  readonly kind: 'fixedNotional';
  readonly notional: Money;
  readonly maxFraction: number;
}

export type SizingPolicy = FixedFraction | FixedRisk | Kelly | VolatilityTarget | AtrRisk | EqualWeight | FixedNotional;

export const measureOf = (policy: SizingPolicy): MeasurePlan | undefined => ('measure' in policy ? policy.measure : undefined);
