/** How much of the past a symbol's agents must see before they can speak. */
import { isCryptoSymbol } from './instrument.ts';
import { DAY_MS, MINUTE_MS } from './time.ts';
import { isLonger, MINUTE, type Timeframe } from './timeframe.ts';

export interface WarmUp {
  /** The latest bars of the stream. */
  readonly minutes: number;
  /** Longer bars that are fetched as such, because they would take too many minutes. */
  readonly longer: readonly { readonly timeframe: Timeframe; readonly bars: number }[];
}

/** What one agent, or one measure, needs: so many bars of a timeframe. */
export interface Need {
  readonly timeframe: Timeframe;
  readonly bars: number;
}

/** One page of Alpaca's history. */
const MOST_MINUTES = 10_000;
const SESSION_MINUTES = 390;
/** A stream has bars of the pre-market and after-hours too (04:00 to 20:00), which longer bars leave out. */
const STREAM_MINUTES = 960;
/** Of seven days five have a session, and some of those are holidays. */
const CALENDAR_DAYS_PER_SESSION = 1.6;
const LONG_WEEKEND_DAYS = 7;

/** Minutes of the stream that make so many bars; one bar more, because the first one is most likely not seen from its beginning. */
function minutesOf({ timeframe, bars }: Need, isCrypto: boolean): number {
  if (!isLonger(timeframe)) return bars;
  const minutes = (bars + 1) * (timeframe.ms / MINUTE_MS);
  return isCrypto ? minutes : Math.ceil((minutes * STREAM_MINUTES) / SESSION_MINUTES);
}

/** Days, and what would take more than a page of minutes, are fetched as they are. */
export function warmUpFor(symbol: string, needs: readonly Need[]): WarmUp {
  const isCrypto = isCryptoSymbol(symbol);
  let minutes = 0;
  const longer = new Map<string, Need>();
  for (const need of needs) {
    const { timeframe, bars } = need;
    const wanted = minutesOf(need, isCrypto);
    if (bars === 0) continue;
    if (!isLonger(timeframe) || (timeframe.ms < DAY_MS && wanted <= MOST_MINUTES)) minutes = Math.max(minutes, wanted);
    else if (bars > (longer.get(timeframe.name)?.bars ?? 0)) longer.set(timeframe.name, need);
  }
  return { minutes, longer: [...longer.values()] };
}

/** How far back so many bars of a market reach at most: nights, weekends and holidays included. */
export function reachMs({ timeframe, bars }: Need, isCrypto: boolean): number {
  if (isCrypto) return timeframe.ms * bars + DAY_MS;
  const barsPerSession = Math.max(1, (SESSION_MINUTES * MINUTE_MS) / timeframe.ms);
  return ((bars / barsPerSession) * CALENDAR_DAYS_PER_SESSION + LONG_WEEKEND_DAYS) * DAY_MS;
}

/** How far back the sessions must be known to make, or to choose, the longer bars of a warm-up. Days are fetched as they are. */
export function calendarReachMs(symbol: string, { minutes, longer }: WarmUp): number {
  if (isCryptoSymbol(symbol)) return 0;
  const chosen = [{ timeframe: MINUTE, bars: minutes }, ...longer].filter(({ timeframe }) => timeframe.ms < DAY_MS);
  return Math.max(...chosen.map((need) => reachMs(need, false)));
}
