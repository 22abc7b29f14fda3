/** The bars of the past, read off the tape by lap, and rolled into longer ones. */
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../domain/time.ts';
import { firstFrom } from './bar-search.ts';
import type { Timeframe } from './market/timeframe.ts';
import { lapShift, recordingOf, shiftBar } from './tape.ts';
import { tapeSize } from './tape-size.ts';
import type { World } from './world.ts';

/** Minute bars that start within [from, to], whether or not they have ended, oldest first. */
export function* tapeBars(world: World, symbol: AssetSymbol, from: number, to: number): Generator<Bar> {
  const warmUp = world.tape.warmUp.get(symbol) ?? [];
  for (let i = firstFrom(warmUp, from); i < warmUp.length; i++) {
    const bar = warmUp[i];
    if (!bar || bar.startsAt > to || bar.startsAt >= world.tape.firstAt) break;
    yield bar;
  }
  const begun = Math.max(0, Math.floor((from - world.tape.firstAt) / world.tape.lapMs) - 1);
  for (let lap = begun; lap <= world.cursor.lap; lap++) {
    const shift = lapShift(world.tape, lap);
    const bars = recordingOf(world.tape, lap).series.get(symbol) ?? [];
    for (let i = firstFrom(bars, from - shift); i < bars.length; i++) {
      const bar = bars[i];
      if (!bar || bar.startsAt + shift > to) break;
      yield shiftBar(bar, shift);
    }
  }
}

/** Minute bars that start within [from, to] and have ended, oldest first. */
export const minuteBars = (world: World, symbol: AssetSymbol, from: number, to: number): Generator<Bar> =>
  tapeBars(world, symbol, from, Math.min(to, world.now - MINUTE_MS));

/** The last bar that has ended. */
export function lastBar(world: World, symbol: AssetSymbol): Bar | undefined {
  for (let days = 1; days <= 16; days *= 2) {
    let found: Bar | undefined;
    for (const bar of minuteBars(world, symbol, world.now - days * DAY_MS, world.now)) found = bar;
    if (found) return found;
  }
  return undefined;
}

/** A bar with the extras that Alpaca reports. */
export interface RolledBar {
  startsAt: Instant;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
  /** Σ average price × volume. */
  traded: number;
}

/** Where the tape does not tell the average price it is estimated by the typical one, (high + low + close) ÷ 3. */
export function rolled(bar: Bar): RolledBar {
  const { startsAt, open, high, low, close, vwap, trades } = bar;
  const volume = tapeSize(bar.symbol, bar.volume);
  const average = vwap ?? (high + low + close) / 3;
  return { startsAt, open, high, low, close, volume, trades: trades ?? tradesIn(volume), traded: average * volume };
}

/** Where the tape does not tell how many trades made a bar, one for each hundred units, at least one, is a stand-in. */
const tradesIn = (volume: number): number => (volume > 0 ? 1 + Math.floor(volume / 100) : 0);

export interface Roll {
  readonly from: number;
  readonly to: number;
  /** Restates each bar before it is rolled in. */
  readonly adjust?: (bar: Bar) => Bar;
}

/** All names of a company, oldest first: each was its own at a time of its own. */
export type Names = readonly AssetSymbol[];

/** Longer bars that start within [from, to], the last one as far as it has come. */
export function* rolledBars(world: World, names: Names, timeframe: Timeframe, { from, to, adjust }: Roll): Generator<RolledBar> {
  let current: RolledBar | undefined;
  for (const bar of sourceBars(world, names, timeframe, from)) {
    const startsAt = timeframe.startOf(bar.startsAt);
    if (startsAt < from) continue;
    if (startsAt > to) break;
    const next = rolled(adjust ? adjust(bar) : bar);
    if (current?.startsAt === startsAt) absorb(current, next);
    else {
      if (current) yield current;
      current = { ...next, startsAt };
    }
  }
  if (current) yield current;
}

/** Minute bars, and for longer ones before them the daily bars of days that have no minutes. */
function* sourceBars(world: World, names: Names, timeframe: Timeframe, from: number): Generator<Bar> {
  const { daily: days, warmUp, series } = world.tape;
  const begin = timeframe.startOf(from);
  const daily = timeframe.isOfDays ? names.flatMap((name) => days.get(name) ?? []) : [];
  const minutes = names.flatMap((name) => warmUp.get(name)?.[0] ?? series.get(name)?.[0] ?? []);
  const firstMinute = Math.min(...minutes.map(({ startsAt }) => startsAt));
  for (let i = firstFrom(daily, begin); i < daily.length; i++) {
    const bar = daily[i];
    if (!bar || bar.endsAt > firstMinute || bar.endsAt > world.now) break;
    yield bar;
  }
  for (const name of names) yield* minuteBars(world, name, begin, world.now);
}

/** Adds a later bar to one that is being rolled. */
export function absorb(into: RolledBar, bar: RolledBar): void {
  into.high = Math.max(into.high, bar.high);
  into.low = Math.min(into.low, bar.low);
  into.close = bar.close;
  into.volume += bar.volume;
  into.trades += bar.trades;
  into.traded += bar.traded;
}
