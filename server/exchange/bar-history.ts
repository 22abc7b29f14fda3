/** The bars that have ended so far, read off the tape by lap, and rolled into longer ones. */
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../domain/time.ts';
import { newYorkDay, newYorkInstant } from './new-york.ts';
import { badQuery } from './refusal.ts';
import { lapShift, shiftBar } from './tape.ts';
import { assetOf, type World } from './world.ts';

/** Index of the first bar that starts at or after `from`. */
function firstFrom(bars: readonly Bar[], from: number): number {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle]?.startsAt ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Minute bars that start within [from, to] and have ended, oldest first. */
export function* minuteBars(world: World, symbol: AssetSymbol, from: number, to: number): Generator<Bar> {
  const last = Math.min(to, world.now - MINUTE_MS);
  const warmUp = world.tape.warmUp.get(symbol) ?? [];
  for (let i = firstFrom(warmUp, from); i < warmUp.length; i++) {
    const bar = warmUp[i];
    if (!bar || bar.startsAt > last || bar.startsAt >= world.tape.firstAt) break;
    yield bar;
  }
  const bars = world.tape.series.get(symbol) ?? [];
  const begun = Math.max(0, Math.floor((from - world.tape.firstAt) / world.tape.lapMs) - 1);
  for (let lap = begun; lap <= world.cursor.lap; lap++) {
    const shift = lapShift(world.tape, lap);
    for (let i = firstFrom(bars, from - shift); i < bars.length; i++) {
      const bar = bars[i];
      if (!bar || bar.startsAt + shift > last) break;
      yield shiftBar(bar, shift);
    }
  }
}

/** The last bar that has ended. */
export function lastBar(world: World, symbol: AssetSymbol): Bar | undefined {
  for (let days = 1; days <= 16; days *= 2) {
    let found: Bar | undefined;
    for (const bar of minuteBars(world, symbol, world.now - days * DAY_MS, world.now)) found = bar;
    if (found) return found;
  }
  return undefined;
}

/** How bars are rolled: the start of the longer bar that a minute belongs to. */
export type Bucket = (at: number) => Instant;

const TIMEFRAME = /^(\d{1,2})(Min|T|Hour|H|Day|D)$/;

export function readTimeframe(world: World, text: string, symbol: AssetSymbol): Bucket {
  const match = TIMEFRAME.exec(text);
  const count = Number(match?.[1]);
  switch (match?.[2]) {
    case 'Min':
    case 'T':
      if (count < 1 || count > 59) break;
      return floorTo(count * MINUTE_MS);
    case 'Hour':
    case 'H':
      if (count < 1 || count > 23) break;
      return floorTo(count * HOUR_MS);
    case 'Day':
    case 'D':
      if (count !== 1) break;
      if (assetOf(world, symbol).instrument.assetClass === 'crypto') return floorTo(DAY_MS);
      return (at) => newYorkInstant(newYorkDay(at), 0);
    default:
  }
  return badQuery(`invalid timeframe: ${text.slice(0, 20)}`);
}

const floorTo =
  (length: number): Bucket =>
  (at) =>
    (at - (at % length)) as Instant;

/** A bar with the extras that Alpaca reports; the price of volume is estimated by the typical price. */
export interface RolledBar {
  startsAt: Instant;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
  /** Σ typical price × volume. */
  traded: number;
}

export function rolled(bar: Bar): RolledBar {
  const { startsAt, open, high, low, close, volume } = bar;
  return { startsAt, open, high, low, close, volume, trades: tradesIn(volume), traded: ((high + low + close) / 3) * volume };
}

/** The tape does not know how many trades made a bar; one for each hundred units, at least one, is a stand-in. */
const tradesIn = (volume: number): number => (volume > 0 ? 1 + Math.floor(volume / 100) : 0);

/** Longer bars that start within [from, to], the last one as far as it has come. */
export function* rolledBars(world: World, symbol: AssetSymbol, bucket: Bucket, from: number, to: number): Generator<RolledBar> {
  let current: RolledBar | undefined;
  const lookAhead = to + DAY_MS;
  for (const bar of minuteBars(world, symbol, bucket(from), lookAhead)) {
    const startsAt = bucket(bar.startsAt);
    if (startsAt < from) continue;
    if (startsAt > to) break;
    const next = rolled(bar);
    if (current?.startsAt === startsAt) absorb(current, next);
    else {
      if (current) yield current;
      current = { ...next, startsAt };
    }
  }
  if (current) yield current;
}

function absorb(into: RolledBar, bar: RolledBar): void {
  into.high = Math.max(into.high, bar.high);
  into.low = Math.min(into.low, bar.low);
  into.close = bar.close;
  into.volume += bar.volume;
  into.trades += bar.trades;
  into.traded += bar.traded;
}
