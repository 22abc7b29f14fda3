/** Splits and dividends of a symbol as they are stored, and the factors by which they restate raw bars. */
import { type Adjustment, type AdjustmentStep, dividendFactors, type Factors, factorsAt, splitFactors } from '#server/domain/adjustment.ts';
import type { BarRows } from '#server/domain/bar-blocks.ts';
import { parseDate } from '#server/domain/civil-day.ts';
import { newYorkInstant } from '#server/domain/new-york.ts';
import { firstFrom, makePriceRows } from './bar-rows.ts';

export type StoredAction =
  | { readonly kind: 'split'; readonly exDate: string; readonly newRate: number; readonly oldRate: number }
  | {
      readonly kind: 'cashDividend';
      readonly exDate: string;
      /** Dollars a share. */
      readonly rate: number;
      /** The last price before the ex-date; nothing where the source does not tell it. */
      readonly closeBefore: number | undefined;
    }
  /** What a table of factors says: prices before the ex-date are multiplied by it, for a split volumes are divided by it. */
  | { readonly kind: 'factor'; readonly exDate: string; readonly of: 'split' | 'dividend'; readonly factor: number };

/** When New York's day of the ex-date begins. */
export const exInstant = (exDate: string): number => newYorkInstant(parseDate(exDate) ?? 0, 0);

/** The last raw price before an instant; nothing when none is known. */
export type PriceBefore = (at: number) => number | undefined;

/** A dividend whose factor can not be told, since the price before it is not known. */
export class DividendPriceError extends Error {
  readonly exDate: string;
  constructor(exDate: string) {
    super(`the price before the dividend of ${exDate} is not known`);
    this.name = 'DividendPriceError';
    this.exDate = exDate;
  }
}

const isOfSplit = (action: StoredAction): boolean => action.kind === 'split' || (action.kind === 'factor' && action.of === 'split');

function factorsOf(action: StoredAction, priceBefore: PriceBefore): Factors {
  switch (action.kind) {
    case 'split':
      return splitFactors(action.newRate, action.oldRate);
    case 'factor':
      return { price: action.factor, volume: action.of === 'split' ? 1 / action.factor : 1 };
    case 'cashDividend': {
      const close = action.closeBefore ?? priceBefore(exInstant(action.exDate));
      if (close === undefined) throw new DividendPriceError(action.exDate);
      return dividendFactors(action.rate, close);
    }
    default:
      return action satisfies never;
  }
}

/** In order of time; of actions after the first bar alone, since the others restate nothing. */
export function stepsOf(
  actions: readonly StoredAction[],
  adjustment: Adjustment,
  firstBarAt: number,
  priceBefore: PriceBefore,
): AdjustmentStep[] {
  return actions
    .filter((action) => adjustment === 'all' || (adjustment === 'split' && isOfSplit(action)))
    .filter(({ exDate }) => exInstant(exDate) > firstBarAt)
    .map((action) => ({ from: Number.NEGATIVE_INFINITY, at: exInstant(action.exDate), ...factorsOf(action, priceBefore) }))
    .sort((a, b) => a.at - b.at);
}

/** New columns; nothing is rounded. */
export function adjustRows(rows: BarRows, steps: readonly AdjustmentStep[]): BarRows {
  const adjusted = makePriceRows(rows.length);
  adjusted.startsAt.set(rows.startsAt.subarray(0, rows.length));
  let from = 0;
  for (const end of [...steps.map(({ at }) => at), Number.POSITIVE_INFINITY]) {
    const to = firstFrom(rows, end);
    if (to === from) continue;
    const { price, volume } = factorsAt(steps, rows.startsAt[from] as number);
    for (let i = from; i < to; i++) {
      adjusted.open[i] = (rows.open[i] as number) * price;
      adjusted.high[i] = (rows.high[i] as number) * price;
      adjusted.low[i] = (rows.low[i] as number) * price;
      adjusted.close[i] = (rows.close[i] as number) * price;
      adjusted.volume[i] = (rows.volume[i] as number) * volume;
    }
    from = to;
  }
  return adjusted;
}
