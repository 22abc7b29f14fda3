/** Sorts what was recorded of a company under its names: what is before a change belongs to the old one, the rest to the new. */
import type { AssetSymbol } from '../domain/ids.ts';
import { newYorkInstant } from '../domain/new-york.ts';
import type { RecordedQuote } from '../domain/quote-file.ts';
import type { Instant } from '../domain/time.ts';
import type { RecordedTrade } from '../domain/trade-file.ts';
import type { NameChange } from './corporate-action.ts';
import { exDayOf } from './name-book.ts';
import type { Series, TapeOptions } from './tape.ts';

interface Dated {
  readonly symbol: AssetSymbol;
}

type Ticks = readonly (RecordedQuote | RecordedTrade)[];

export function renamed(options: TapeOptions, changes: readonly NameChange[]): TapeOptions {
  return changes.reduce(renamedOnce, options);
}

function renamedOnce(options: TapeOptions, change: NameChange): TapeOptions {
  const at = newYorkInstant(exDayOf(change), 0);
  const listing = [change.symbol, change.newSymbol].map((symbol) => options.series.find((one) => one.instrument.symbol === symbol));
  const known = listing[1] ?? listing[0];
  // Nobody trades in it here.
  if (!known) return options;
  const move = (series: readonly Series[] = []): readonly Series[] => movedSeries(series, change, at, known);
  const { series, warmUp, daily, ticks = [] } = options;
  return {
    ...options,
    series: move(series),
    ...(warmUp ? { warmUp: move(warmUp) } : {}),
    ...(daily ? { daily: move(daily) } : {}),
    ticks: movedTicks(ticks, change, at),
  };
}

/** Both names are listed, whichever of them the recording had. */
function movedSeries(series: readonly Series[], change: NameChange, at: Instant, known: Series): readonly Series[] {
  const names = [change.symbol, change.newSymbol];
  const bars = series.filter(({ instrument }) => names.includes(instrument.symbol)).flatMap((one) => one.bars);
  const sorted = [...bars].sort((a, b) => a.startsAt - b.startsAt);
  const under = (symbol: AssetSymbol, isIts: (startsAt: number) => boolean): Series => {
    const listing = series.find(({ instrument }) => instrument.symbol === symbol) ?? known;
    return {
      ...listing,
      instrument: { ...listing.instrument, symbol },
      bars: sorted.filter(({ startsAt }) => isIts(startsAt)).map((bar) => called(bar, symbol)),
    };
  };
  const [before, after] = [under(change.symbol, (startsAt) => startsAt < at), under(change.newSymbol, (startsAt) => startsAt >= at)];
  // In the place of the one that was there, so that listings keep their order.
  const placed = series.flatMap((one, index) => {
    if (!names.includes(one.instrument.symbol)) return [one];
    return index === series.findIndex(({ instrument }) => names.includes(instrument.symbol)) ? [before, after] : [];
  });
  return placed.includes(before) ? placed : [...placed, before, after];
}

function movedTicks(ticks: Ticks, { symbol, newSymbol }: NameChange, at: Instant): Ticks {
  return ticks.map((tick) =>
    tick.symbol === symbol || tick.symbol === newSymbol ? called(tick, tick.at < at ? symbol : newSymbol) : tick,
  );
}

const called = <T extends Dated>(one: T, symbol: AssetSymbol): T => (one.symbol === symbol ? one : { ...one, symbol });
