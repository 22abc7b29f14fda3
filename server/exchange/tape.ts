/**
 * The tape: minute bars of many symbols in order of time, ready to be played once or in a loop. A lap of the loop is
 * the tape again some whole weeks later by New York's clock, so weekdays and session times stay and time never goes back;
 * splits, dividends and changes of names happen in the first lap only.
 */
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { newYorkDate, newYorkOffset } from '../domain/new-york.ts';
import type { RecordedQuote } from '../domain/quote-file.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../domain/time.ts';
import type { RecordedTrade } from '../domain/trade-file.ts';
import type { Histories } from './adjusted-bars.ts';
import { type AssetBook, createAssetBook, type Listing } from './asset.ts';
import type { CorporateAction } from './corporate-action.ts';
import { createNameBook, type NameBook } from './name-book.ts';
import { withQuietBars } from './quiet-bars.ts';
import { laterLap } from './tape-laps.ts';
import { renamed } from './tape-names.ts';
import { makeTickTape, type TickTape } from './tick-tape.ts';

export interface Series extends Listing {
  /** In order of time, each on its own minute. */
  readonly bars: readonly Bar[];
}

/** The bars that start at one minute, in the order of the listings. */
export interface TapeMinute {
  readonly startsAt: Instant;
  readonly bars: readonly Bar[];
}

/** What is played in a lap. */
export interface Recording {
  readonly minutes: readonly TapeMinute[];
  readonly series: ReadonlyMap<AssetSymbol, readonly Bar[]>;
  /** Quotes and trades that are played as they were. */
  readonly recorded: TickTape;
}

/** It is itself the recording of its first lap. */
export interface Tape extends Recording {
  readonly assets: AssetBook;
  readonly names: NameBook;
  /** The recording of all laps but the first. */
  readonly later: Recording;
  /** Bars known before the first minute; they are history only and are never played. */
  readonly warmUp: ReadonlyMap<AssetSymbol, readonly Bar[]>;
  /** Daily bars of the days before the minutes; history only. */
  readonly daily: ReadonlyMap<AssetSymbol, readonly Bar[]>;
  /** New York dates on which equities traded. */
  readonly sessionDates: ReadonlySet<string>;
  /** Date → minute after midnight at which the session ended early. */
  readonly earlyCloses: ReadonlyMap<string, number>;
  /** Splits, dividends and the like, by their dates in the first lap. */
  readonly corporateActions: readonly CorporateAction[];
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Whole weeks from one lap to the next, in milliseconds. */
  readonly lapMs: number;
  /** By lap, once known: each quote asks for it. */
  readonly lapShifts: number[];
}

export interface TapeOptions {
  readonly series: readonly Series[];
  readonly warmUp?: readonly Series[];
  readonly daily?: readonly Series[];
  readonly ticks?: readonly (RecordedQuote | RecordedTrade)[];
  /** Date → "13:00". */
  readonly earlyCloses?: Readonly<Record<string, string>>;
  readonly corporateActions?: readonly CorporateAction[];
}

const WEEK_MS = 7 * DAY_MS;

export function makeTape(given: TapeOptions): Tape {
  const names = createNameBook(given.corporateActions ?? []);
  const options = renamed(given, names.changes);
  const { series, ticks = [], corporateActions = [], earlyCloses = {} } = options;
  const played = recordingFrom(series, ticks);
  const first = played.minutes[0];
  const last = played.minutes.at(-1);
  if (!first || !last) throw new Error('the tape has no bars; give at least one series with a bar');
  const lastAt = (last.startsAt + MINUTE_MS) as Instant;
  let later: Recording | undefined;
  const tape: Tape = {
    ...played,
    assets: createAssetBook(series),
    names,
    get later() {
      if (corporateActions.length === 0) return tape;
      const lap = { series, ticks, actions: corporateActions, names, histories: historiesOf(tape) };
      later ??= recordingOfLap(laterLap(lap));
      return later;
    },
    warmUp: bySymbol(options.warmUp),
    daily: bySymbol(options.daily),
    sessionDates: sessionDatesOf(series),
    earlyCloses: new Map(Object.entries(earlyCloses).map(([date, time]) => [date, minuteOfDay(time)])),
    corporateActions,
    firstAt: first.startsAt,
    lastAt,
    lapShifts: [0],
    lapMs: Math.ceil((lastAt + HOUR_MS - first.startsAt) / WEEK_MS) * WEEK_MS,
  };
  return tape;
}

const recordingOfLap = ({ series, ticks }: ReturnType<typeof laterLap>): Recording => recordingFrom(series, ticks);

function recordingFrom(given: readonly Series[], ticks: readonly (RecordedQuote | RecordedTrade)[]): Recording {
  const series = given.map((one) => (one.instrument.assetClass === 'crypto' ? quietlyFilled(one, ticks) : one));
  return { minutes: mergeMinutes(series), series: bySymbol(series), recorded: makeTickTape(ticks) };
}

function quietlyFilled(one: Series, ticks: readonly (RecordedQuote | RecordedTrade)[]): Series {
  const quotes = ticks.filter((tick) => tick.kind === 'quote').filter(({ symbol }) => symbol === one.instrument.symbol);
  return {
    ...one,
    bars: withQuietBars(
      one.bars,
      quotes.sort((a, b) => a.at - b.at),
    ),
  };
}

const bySymbol = (series: readonly Series[] = []): ReadonlyMap<AssetSymbol, readonly Bar[]> =>
  new Map(series.map(({ instrument, bars }) => [instrument.symbol, bars]));

function sessionDatesOf(series: readonly Series[]): ReadonlySet<string> {
  const dates = new Set<string>();
  for (const { instrument, bars } of series) {
    if (instrument.assetClass !== 'us_equity') continue;
    for (const bar of bars) dates.add(newYorkDate(bar.startsAt));
  }
  return dates;
}

export const recordingOf = (tape: Tape, lap: number): Recording => (lap === 0 ? tape : tape.later);

/** What is known of a symbol's first lap and of the time before it. */
export const historiesOf =
  ({ daily, warmUp, series }: Pick<Tape, 'daily' | 'warmUp' | 'series'>): Histories =>
  (symbol) =>
    [daily, warmUp, series].map((known) => known.get(symbol) ?? []);

function minuteOfDay(time: string): number {
  const match = /^(\d{2}):(\d{2})$/.exec(time);
  if (!match) throw new Error(`early close ${JSON.stringify(time)}: write it as "13:00", in New York's time`);
  return Number(match[1]) * 60 + Number(match[2]);
}

function mergeMinutes(series: readonly Series[]): TapeMinute[] {
  const byMinute = new Map<number, Bar[]>();
  for (const { instrument, bars } of series) {
    let previous = Number.NEGATIVE_INFINITY;
    for (const bar of bars) {
      if (bar.startsAt <= previous)
        throw new Error(`the bars of ${instrument.symbol} are not in order of time at ${bar.startsAt}; sort them`);
      previous = bar.startsAt;
      const minute = byMinute.get(bar.startsAt);
      if (minute) minute.push(bar);
      else byMinute.set(bar.startsAt, [bar]);
    }
  }
  return [...byMinute.entries()].sort(([a], [b]) => a - b).map(([startsAt, bars]) => ({ startsAt: startsAt as Instant, bars }));
}

/** Milliseconds by which the bars of a lap are later than recorded: whole weeks, corrected for daylight saving. */
export function lapShift({ lapMs, firstAt, lapShifts }: Pick<Tape, 'lapMs' | 'firstAt' | 'lapShifts'>, lap: number): number {
  const known = lapShifts[lap];
  if (known !== undefined) return known;
  const weeks = lap * lapMs;
  const correction = newYorkOffset(firstAt) - newYorkOffset(firstAt + weeks);
  const shift = weeks + correction * MINUTE_MS;
  lapShifts[lap] = shift;
  return shift;
}

/** A bar as it is dated in a lap. */
export const shiftBar = (bar: Bar, shift: number): Bar =>
  shift === 0 ? bar : { ...bar, startsAt: (bar.startsAt + shift) as Instant, endsAt: (bar.endsAt + shift) as Instant };
