/**
 * How bars from before a split or a dividend are restated: the arithmetic alone, for the exchange's answers and for stored
 * bars alike. Prices before a split are multiplied by old ÷ new rate and volumes by its inverse; prices before a cash
 * dividend by 1 − dividend ÷ last price before the ex-date. Nothing is rounded here.
 */

/** raw: as traded. split: restated for splits. all: for splits and dividends. */
export const ADJUSTMENTS = ['raw', 'split', 'all'] as const;
export type Adjustment = (typeof ADJUSTMENTS)[number];

export interface Factors {
  readonly price: number;
  readonly volume: number;
}

/** Bars that begin within [from, at) are multiplied. */
export interface AdjustmentStep extends Factors {
  readonly from: number;
  readonly at: number;
}

export const splitFactors = (newRate: number, oldRate: number): Factors => ({ price: oldRate / newRate, volume: newRate / oldRate });

export const dividendFactors = (rate: number, closeBefore: number): Factors => ({ price: 1 - rate / closeBefore, volume: 1 });

/** What a bar that begins at `startsAt` is multiplied by; the steps in their order. */
export function factorsAt(steps: readonly AdjustmentStep[], startsAt: number): Factors {
  let price = 1;
  let volume = 1;
  for (const step of steps) {
    if (startsAt < step.from || startsAt >= step.at) continue;
    price *= step.price;
    volume *= step.volume;
  }
  return { price, volume };
}
