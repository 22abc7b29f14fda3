/** New York's time by the rules of its daylight saving (since 1987), without asking the machine's time zones. */
import { civilDay, dateText, dayNumber, weekday } from './civil-day.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from './time.ts';

const WINTER = -300;
const SUMMER = -240;

/** Day number of the `nth` Sunday of a month (1 = first). */
function nthSunday(year: number, month: number, nth: number): number {
  const first = dayNumber(year, month, 1);
  return first + ((7 - weekday(first)) % 7) + (nth - 1) * 7;
}

function lastSunday(year: number, month: number): number {
  const last = dayNumber(year, month + 1, 1) - 1;
  return last - weekday(last);
}

let ruleYear = Number.NaN;
let summerFrom = 0;
let summerTo = 0;

function loadRule(year: number): void {
  ruleYear = year;
  const begins = year >= 2007 ? nthSunday(year, 3, 2) : nthSunday(year, 4, 1);
  const ends = year >= 2007 ? nthSunday(year, 11, 1) : lastSunday(year, 10);
  summerFrom = begins * DAY_MS + 7 * HOUR_MS;
  summerTo = ends * DAY_MS + 6 * HOUR_MS;
}

/** Minutes to add to UTC: -300 in winter, -240 in summer. */
export function newYorkOffset(at: number): number {
  const { year } = civilDay(Math.floor(at / DAY_MS));
  if (year !== ruleYear) loadRule(year);
  return at >= summerFrom && at < summerTo ? SUMMER : WINTER;
}

/** The day number on New York's calendar. */
export const newYorkDay = (at: number): number => Math.floor((at + newYorkOffset(at) * MINUTE_MS) / DAY_MS);

export const newYorkDate = (at: number): string => dateText(newYorkDay(at));

/** Minutes since New York's midnight. */
export const newYorkMinute = (at: number): number =>
  Math.floor(((((at + newYorkOffset(at) * MINUTE_MS) % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);

/** The instant at which New York's clocks show `minute` minutes after midnight of a day. */
export function newYorkInstant(day: number, minute: number): Instant {
  const local = day * DAY_MS + minute * MINUTE_MS;
  const guess = local - newYorkOffset(local - WINTER * MINUTE_MS) * MINUTE_MS;
  return (local - newYorkOffset(guess) * MINUTE_MS) as Instant;
}
