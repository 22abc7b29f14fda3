/**
 * A market out of thin air, decided by a seed: stocks and pairs whose prices wander, with more of everything at the open
 * and the close, minutes in which nothing trades, half days and holidays as the New York Stock Exchange has them. A symbol's
 * path depends on the seed and its own name alone, so adding another one changes none.
 */
import type { Bar } from '../domain/bar.ts';
import { dateText, parseDate } from '../domain/civil-day.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { cryptoPair, equity } from '../domain/instrument.ts';
import { newYorkInstant } from '../domain/new-york.ts';
import { createNyseCalendar } from '../domain/nyse.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../domain/time.ts';
import { type ChanceState, roll, seededChance } from './random.ts';
import { startingPrice } from './random-levels.ts';
import type { Series, TapeOptions } from './tape.ts';

export interface RandomMarketOptions {
  readonly seed: number;
  /** How many stocks, or their names. */
  readonly stocks: number | readonly string[];
  readonly pairs?: readonly string[];
  /** The first day that may be a trading day: "2025-01-06". */
  readonly from: string;
  /** Trading days. */
  readonly days: number;
  /** Whether stocks trade from 04:00 to 20:00, thinly outside of the session. */
  readonly extendedHours?: boolean;
  /** Trading days before the first that are known by their daily bars. */
  readonly historyDays?: number;
}

const OPENS = 9 * 60 + 30;
const CLOSES = 16 * 60;
const HALF_DAY_CLOSES = 13 * 60;
const PRE_OPENS = 4 * 60;
const POST_CLOSES = 20 * 60;
const MINUTES_A_DAY = 1_440;
/** A stock's daily swing, about 1.5 percent, spread over the minutes of a session. */
const MINUTE_SWING = 0.015 / Math.sqrt(390);
const EXTENDED_TRADES = 0.2;
const SESSION_TRADES = 0.97;
const MOST_MINUTES = 50_000_000;

export function randomMarket(options: RandomMarketOptions): TapeOptions {
  const { days, history } = tradingDays(options);
  const names = typeof options.stocks === 'number' ? Array.from({ length: options.stocks }, (_, index) => nameOf(index)) : options.stocks;
  const pairs = options.pairs ?? [];
  if (names.length + pairs.length === 0) throw new Error('a random market needs a stock or a pair; give at least one');
  if ((names.length + pairs.length) * days.length * MINUTES_A_DAY > MOST_MINUTES) {
    throw new Error(`${names.length + pairs.length} symbols over ${days.length} days are too many minutes to keep; give fewer of either`);
  }
  const earlyCloses = Object.fromEntries(days.filter(({ isHalf }) => isHalf).map(({ day }) => [dateText(day), '13:00']));
  const made = [...names.map((name) => stock(options, name, days, history)), ...pairs.map((name) => pair(options, name, days))];
  return {
    series: made.map(({ series }) => series),
    daily: made.map(({ daily }) => daily),
    earlyCloses,
  };
}

interface TradingDay {
  readonly day: number;
  readonly isHalf: boolean;
}

function tradingDays({ from, days, historyDays = 0 }: RandomMarketOptions): { days: TradingDay[]; history: TradingDay[] } {
  const first = parseDate(from);
  if (first === undefined) throw new Error(`the random market begins at ${JSON.stringify(from)}; write a date like 2025-01-06`);
  if (!Number.isInteger(days) || days < 1) throw new Error(`the random market has ${days} days; give a whole number from 1 up`);
  const calendar = createNyseCalendar();
  const walk = (start: number, count: number, step: 1 | -1): TradingDay[] => {
    const found: TradingDay[] = [];
    for (let day = start; found.length < count; day += step) {
      if (calendar.isTradingDay(day)) found.push({ day, isHalf: calendar.isHalfDay(day) });
    }
    return found;
  };
  return { days: walk(first, days, 1), history: walk(first - 1, historyDays, -1).reverse() };
}

/** RAAA, RAAB, … */
function nameOf(index: number): string {
  const letter = (value: number): string => String.fromCharCode(65 + (value % 26));
  return `R${letter(Math.floor(index / 676))}${letter(Math.floor(index / 26))}${letter(index)}`;
}

interface Walker {
  readonly chance: ChanceState;
  price: number;
  readonly decimals: number;
}

function walkerOf(seed: number, name: string, lowest: number, decimals: number): Walker {
  let hash = seed | 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  const chance = seededChance(hash);
  return { chance, price: startingPrice(name, lowest, roll(chance)), decimals };
}

/** About normal, by the sum of rolls. */
const bell = (chance: ChanceState): number => (roll(chance) + roll(chance) + roll(chance) - 1.5) * 2;

/** One bar, from where the last one ended. */
function candle(walker: Walker, swing: number): { open: number; high: number; low: number; close: number } {
  const { chance, decimals } = walker;
  const least = 10 ** -decimals;
  const exact = (value: number): number => Math.max(least, Number(value.toFixed(decimals)));
  const from = walker.price;
  const to = Math.max(least, from * (1 + bell(chance) * swing));
  walker.price = to;
  const reach = from * swing * roll(chance);
  const [open, close] = [exact(from), exact(to)];
  return {
    open,
    high: Math.max(open, close, exact(Math.max(from, to) + reach)),
    low: Math.min(open, close, exact(Math.min(from, to) - reach)),
    close,
  };
}

function stock(options: RandomMarketOptions, name: string, days: readonly TradingDay[], history: readonly TradingDay[]) {
  const walker = walkerOf(options.seed, name, 5, 2);
  const activity = 200 * 50 ** roll(walker.chance);
  const symbol = name as AssetSymbol;
  const past = history.map(({ day }): Bar => {
    const [startsAt, endsAt] = [newYorkInstant(day, 0), newYorkInstant(day + 1, 0)];
    return { symbol, startsAt, endsAt, ...candle(walker, 0.015), volume: Math.round(activity * 390 * (0.5 + roll(walker.chance))) };
  });
  const bars = days.flatMap((day) => stockDay(walker, symbol, day, { activity, extendedHours: options.extendedHours ?? false }));
  const listing = { instrument: equity(name), name: `${name} (a random stock)` };
  return { series: { ...listing, bars } satisfies Series, daily: { ...listing, bars: past } satisfies Series };
}

interface Habits {
  readonly activity: number;
  readonly extendedHours: boolean;
}

function stockDay(walker: Walker, symbol: AssetSymbol, { day, isHalf }: TradingDay, { activity, extendedHours }: Habits): Bar[] {
  const closes = isHalf ? HALF_DAY_CLOSES : CLOSES;
  const bars: Bar[] = [];
  const [first, last] = extendedHours ? [PRE_OPENS, POST_CLOSES] : [OPENS, closes];
  for (let minute = first; minute < last; minute++) {
    const isCore = minute >= OPENS && minute < closes;
    const isQuiet = minute !== OPENS && roll(walker.chance) > (isCore ? SESSION_TRADES : EXTENDED_TRADES);
    if (isQuiet) continue;
    const fromEdge = Math.min(minute - OPENS, closes - 1 - minute);
    const bustle = isCore ? 1 + 3 * Math.exp(-fromEdge / 15) : 0.1;
    const startsAt = newYorkInstant(day, minute);
    const prices = candle(walker, MINUTE_SWING * Math.sqrt(bustle));
    const volume = Math.max(1, Math.round(activity * bustle * (0.2 + 1.6 * roll(walker.chance))));
    bars.push({ symbol, startsAt, endsAt: (startsAt + MINUTE_MS) as Instant, ...prices, volume });
  }
  return bars;
}

/** Around the clock, from the midnight before the first day to the one after the last; as many days before are known as of stocks. */
function pair(options: RandomMarketOptions, name: string, days: readonly TradingDay[]) {
  const walker = walkerOf(options.seed, name, 50, 4);
  const symbol = name as AssetSymbol;
  const [first, last] = [days[0]?.day ?? 0, days.at(-1)?.day ?? 0];
  const past = Array.from({ length: options.historyDays ?? 0 }, (_, index): Bar => {
    const startsAt = (first - (options.historyDays ?? 0) + index) * DAY_MS;
    const span = { startsAt: startsAt as Instant, endsAt: (startsAt + DAY_MS) as Instant };
    return { symbol, ...span, ...candle(walker, 0.03), volume: Math.round(1e6 * MINUTES_A_DAY * (0.5 + roll(walker.chance))) / 1e6 };
  });
  const bars: Bar[] = [];
  for (let at = first * DAY_MS; at < (last + 1) * DAY_MS; at += MINUTE_MS) {
    const volume = Math.round(1e6 * 3 * roll(walker.chance) ** 3) / 1e6;
    const prices = candle(walker, MINUTE_SWING * 1.5);
    bars.push({ symbol, startsAt: at as Instant, endsAt: (at + MINUTE_MS) as Instant, ...prices, volume });
  }
  const listing = { instrument: cryptoPair(name), name: `${name} (a random pair)` };
  return { series: { ...listing, bars } satisfies Series, daily: { ...listing, bars: past } satisfies Series };
}
