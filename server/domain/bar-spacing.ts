/** What the stamps of bars say about their length, and when each bar ends. */
import { civilDay, dayNumber } from './civil-day.ts';
import { newYorkDay, newYorkInstant } from './new-york.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';
import { DAY, MONTH, type Timeframe, WEEK } from './timeframe.ts';

/** The shortest distance of two bars, as a timeframe; nothing when it is none, or when there is only one bar. */
export function spacingOf(startsAt: Float64Array): Timeframe | undefined {
  let least = Number.POSITIVE_INFINITY;
  for (let nth = 1; nth < startsAt.length; nth++) {
    const distance = (startsAt[nth] as number) - (startsAt[nth - 1] as number);
    if (distance < least) least = distance;
  }
  return timeframeOf(least);
}

/** Of bars that begin so far apart. */
export function timeframeOf(distance: number): Timeframe | undefined {
  if (distance < HOUR_MS) return distance % MINUTE_MS === 0 ? { name: `${distance / MINUTE_MS}Min`, ms: distance } : undefined;
  // Where the clocks change a day has 23 or 25 hours, and a week an hour less or more.
  if (distance < DAY_MS - HOUR_MS) return distance % HOUR_MS === 0 ? { name: `${distance / HOUR_MS}Hour`, ms: distance } : undefined;
  if (distance <= 4 * DAY_MS + HOUR_MS) return DAY;
  if (Math.abs(distance - WEEK.ms) <= HOUR_MS) return WEEK;
  return distance >= 28 * DAY_MS - HOUR_MS && distance <= 31 * DAY_MS + HOUR_MS ? MONTH : undefined;
}

/** The ends of bars: never beyond the beginning of the next one. `next` is the beginning of the bar after the last, or infinity. */
export function endsOf(startsAt: Float64Array, timeframe: Timeframe, next: number): Float64Array {
  const ends = new Float64Array(startsAt.length);
  for (let nth = 0; nth < ends.length; nth++) {
    const begin = startsAt[nth] as number;
    const end = endOf(begin, timeframe);
    const following = nth + 1 < ends.length ? (startsAt[nth + 1] as number) : next;
    ends[nth] = end < following ? end : following;
  }
  return ends;
}

/** Days from midnight in New York end at midnight there, all others after 24 hours; weeks are seven of them. */
export function endOf(begin: number, timeframe: Timeframe): number {
  if (timeframe.ms < DAY_MS) return begin + timeframe.ms;
  if (timeframe.ms >= MONTH.ms) return monthLater(begin);
  const days = timeframe.ms / DAY_MS;
  const day = newYorkDay(begin);
  return newYorkInstant(day, 0) === begin ? newYorkInstant(day + days, 0) : begin + timeframe.ms;
}

/** The same day of the next month, or its last one. */
function monthLater(begin: number): number {
  const today = Math.floor(begin / DAY_MS);
  const { year, month, day } = civilDay(today);
  const lastOfNext = dayNumber(year, month + 2, 1) - 1;
  return begin + (Math.min(dayNumber(year, month + 1, day), lastOfNext) - today) * DAY_MS;
}
