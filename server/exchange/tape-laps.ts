/**
 * What the laps after the first one play: splits, dividends, spin-offs and changes of names have happened by then and do
 * not happen again, so that a company is called by its last name throughout and its prices are adjusted for all of them.
 */

import { type AdjustmentStep, type Factors, factorsAt } from '../domain/adjustment.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import type { RecordedQuote } from '../domain/quote-file.ts';
import type { RecordedTrade } from '../domain/trade-file.ts';
import { ADJUSTMENTS, adjusted, type Histories, stepsOf, tenThousandths } from './adjusted-bars.ts';
import type { CorporateAction } from './corporate-action.ts';
import type { NameBook } from './name-book.ts';
import type { Series } from './tape.ts';

type Tick = RecordedQuote | RecordedTrade;

export interface LapOptions {
  readonly series: readonly Series[];
  readonly ticks: readonly Tick[];
  readonly actions: readonly CorporateAction[];
  readonly names: NameBook;
  readonly histories: Histories;
}

const AFTER_ALL = Number.MAX_SAFE_INTEGER;

export function laterLap({ series, ticks, actions, names, histories }: LapOptions): Pick<LapOptions, 'series' | 'ticks'> {
  const lastName = new Map<AssetSymbol, AssetSymbol>();
  for (const change of names.changes) for (const name of names.on(change.newSymbol, AFTER_ALL)) lastName.set(name, change.newSymbol);
  const steps = new Map<AssetSymbol, readonly AdjustmentStep[]>();
  const stepsFor = (symbol: AssetSymbol): readonly AdjustmentStep[] => {
    const known = steps.get(symbol) ?? stepsOf(actions, names.on(symbol, AFTER_ALL), ADJUSTMENTS, histories);
    steps.set(symbol, known);
    return known;
  };
  const nameOf = (symbol: AssetSymbol): AssetSymbol => lastName.get(symbol) ?? symbol;
  const kept = series.filter(({ instrument }) => nameOf(instrument.symbol) === instrument.symbol);
  return {
    series: kept.map((one) => {
      const { symbol } = one.instrument;
      const bars = names.on(symbol, AFTER_ALL).flatMap((name) => series.find(({ instrument }) => instrument.symbol === name)?.bars ?? []);
      const own = stepsFor(symbol);
      return { ...one, bars: bars.map((bar) => adjusted({ ...bar, symbol }, factorsAt(own, bar.startsAt))) };
    }),
    ticks: ticks.map((tick) => {
      const symbol = nameOf(tick.symbol);
      return adjustedTick({ ...tick, symbol }, factorsAt(stepsFor(symbol), tick.at));
    }),
  };
}

function adjustedTick(tick: Tick, { price, volume }: Factors): Tick {
  if (price === 1 && volume === 1) return tick;
  const size = (value: number): number => Math.round(value * volume);
  if (tick.kind === 'trade') return { ...tick, price: tenThousandths(tick.price * price), size: size(tick.size) };
  const { bid, ask, bidSize, askSize } = tick;
  return {
    ...tick,
    bid: tenThousandths(bid * price),
    ask: tenThousandths(ask * price),
    bidSize: size(bidSize),
    askSize: size(askSize),
  };
}
