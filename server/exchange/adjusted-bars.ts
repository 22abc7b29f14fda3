/**
 * Bars as they would be had later splits, dividends and spin-offs never been (domain/adjustment.ts has the arithmetic),
 * rounded as Alpaca rounds. A spin-off takes from the price what a cash dividend of the same worth would take.
 */
import { type AdjustmentStep, dividendFactors, type Factors, splitFactors } from '../domain/adjustment.ts';
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { toNumber } from '../domain/money.ts';
import { newYorkInstant } from '../domain/new-york.ts';
import { firstFrom } from './bar-search.ts';
import type { CorporateAction } from './corporate-action.ts';
import { exDayOf } from './name-book.ts';

export type Adjustment = 'split' | 'dividend' | 'spin-off';

export const ADJUSTMENTS: readonly Adjustment[] = ['split', 'dividend', 'spin-off'];

/** Lists of bars in order of time, as far back as they go. */
export type Histories = (symbol: AssetSymbol) => readonly (readonly Bar[])[];

/** The steps of a company's actions, whatever it was called then. */
export function stepsOf(
  actions: readonly CorporateAction[],
  names: readonly AssetSymbol[],
  adjustments: readonly Adjustment[],
  histories: Histories,
): AdjustmentStep[] {
  return actions.flatMap((action) => {
    if (!names.includes(action.symbol)) return [];
    const at = newYorkInstant(exDayOf(action), 0);
    const factors = factorsOf(action, adjustments, () => lastBefore(names.flatMap(histories), at));
    return factors ? [{ from: Number.NEGATIVE_INFINITY, at, ...factors }] : [];
  });
}

function factorsOf(
  action: CorporateAction,
  adjustments: readonly Adjustment[],
  closeBefore: () => number | undefined,
): Factors | undefined {
  const loses = (dollars: number): Factors | undefined => {
    const close = closeBefore();
    return close === undefined || close <= dollars ? undefined : dividendFactors(dollars, close);
  };
  switch (action.kind) {
    case 'split':
      return adjustments.includes('split') ? splitFactors(action.newRate, action.oldRate) : undefined;
    case 'cashDividend':
      return adjustments.includes('dividend') ? loses(toNumber(action.rate)) : undefined;
    case 'spinOff':
      return adjustments.includes('spin-off') ? loses((toNumber(action.newPrice) * action.newRate) / action.sourceRate) : undefined;
    case 'nameChange':
      return undefined;
    default:
      return action satisfies never;
  }
}

/** The close of the last bar that begins before an instant. */
function lastBefore(lists: readonly (readonly Bar[])[], at: number): number | undefined {
  let found: Bar | undefined;
  for (const bars of lists) {
    const bar = bars[firstFrom(bars, at) - 1];
    if (bar && (!found || bar.startsAt > found.startsAt)) found = bar;
  }
  return found?.close;
}

export const tenThousandths = (value: number): number => Math.round(value * 10_000) / 10_000;

export function adjusted(bar: Bar, { price, volume }: Factors): Bar {
  if (price === 1 && volume === 1) return bar;
  return {
    ...bar,
    open: tenThousandths(bar.open * price),
    high: tenThousandths(bar.high * price),
    low: tenThousandths(bar.low * price),
    close: tenThousandths(bar.close * price),
    volume: Math.round(bar.volume * volume),
    ...(bar.vwap === undefined ? {} : { vwap: bar.vwap * price }),
  };
}
