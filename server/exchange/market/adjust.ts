/**
 * Bars as they would be had later splits and dividends never been (domain/adjustment.ts has the arithmetic), rounded as
 * Alpaca rounds. Only actions whose ex-date has begun count, and only those of the bar's own lap of the tape.
 */
import { type AdjustmentStep, dividendFactors, factorsAt, splitFactors } from '../../domain/adjustment.ts';
import type { Bar } from '../../domain/bar.ts';
import { parseDate } from '../../domain/civil-day.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { toNumber } from '../../domain/money.ts';
import { newYorkInstant } from '../../domain/new-york.ts';
import { DAY_MS } from '../../domain/time.ts';
import { tapeBars } from '../bar-history.ts';
import { lapShift } from '../tape.ts';
import type { World } from '../world.ts';
import type { Adjustment } from './requests.ts';

export type Adjust = (bar: Bar) => Bar;

export function adjusterOf(world: World, symbol: AssetSymbol, adjustments: readonly Adjustment[]): Adjust | undefined {
  const steps = adjustments.length === 0 ? [] : stepsOf(world, symbol, adjustments);
  if (steps.length === 0) return undefined;
  return (bar) => {
    const { price, volume } = factorsAt(steps, bar.startsAt);
    return price === 1 && volume === 1 ? bar : scaled(bar, price, volume);
  };
}

const tenThousandths = (value: number): number => Math.round(value * 10_000) / 10_000;

function scaled(bar: Bar, price: number, volume: number): Bar {
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

function stepsOf(world: World, symbol: AssetSymbol, adjustments: readonly Adjustment[]): AdjustmentStep[] {
  const steps: AdjustmentStep[] = [];
  for (const action of world.tape.corporateActions) {
    const isWanted = adjustments.includes(action.kind === 'split' ? 'split' : 'dividend');
    if (action.symbol !== symbol || !isWanted) continue;
    for (let lap = 0; lap <= world.cursor.lap; lap++) {
      const shift = lapShift(world.tape, lap);
      const at = newYorkInstant(parseDate(action.exDate) ?? 0, 0) + shift;
      if (at > world.now) continue;
      const from = lap === 0 ? Number.NEGATIVE_INFINITY : world.tape.firstAt + shift;
      if (action.kind === 'split') {
        steps.push({ from, at, ...splitFactors(action.newRate, action.oldRate) });
      } else {
        const close = lastBefore(world, symbol, at);
        if (close !== undefined) steps.push({ from, at, ...dividendFactors(toNumber(action.rate), close) });
      }
    }
  }
  return steps;
}

function lastBefore(world: World, symbol: AssetSymbol, at: number): number | undefined {
  for (let days = 1; days <= 16; days *= 2) {
    let close: number | undefined;
    for (const bar of tapeBars(world, symbol, at - days * DAY_MS, at - 1)) close = bar.close;
    if (close !== undefined) return close;
  }
  return undefined;
}
