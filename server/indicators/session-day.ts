/**
 * Where a trading day begins and ends, without a time-zone database: days of New York by the rule of daylight saving in
 * force since 2007 (second Sunday of March to first Sunday of November, at 02:00), or days of UTC.
 */
import { DAY_MS, HOUR_MS } from '#server/domain/time.ts';

export type DayZone = 'newYork' | 'utc';

export interface Day {
  readonly beginsAt: number;
  readonly endsAt: number;
}

const STANDARD_MS = -5 * HOUR_MS;

/** The nth Sunday of a month, as UTC midnight. */
function sunday(year: number, month: number, nth: number): number {
  const first = Date.UTC(year, month, 1);
  const weekday = (Math.floor(first / DAY_MS) + 4) % 7;
  return first + (((7 - weekday) % 7) + 7 * (nth - 1)) * DAY_MS;
}

/** The civil year of a day since 1970 (Hinnant's algorithm). */
function yearOf(day: number): number {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor((ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  return year + era * 400 + (ofYear >= 306 ? 1 : 0);
}

function offsetOf(at: number): number {
  const year = yearOf(Math.floor((at + STANDARD_MS) / DAY_MS));
  const springs = sunday(year, 2, 2) + 2 * HOUR_MS - STANDARD_MS;
  const falls = sunday(year, 10, 1) + HOUR_MS - STANDARD_MS;
  return at >= springs && at < falls ? STANDARD_MS + HOUR_MS : STANDARD_MS;
}

/** The day that holds an instant. */
export function dayOf(at: number, zone: DayZone): Day {
  if (zone === 'utc') {
    const beginsAt = Math.floor(at / DAY_MS) * DAY_MS;
    return { beginsAt, endsAt: beginsAt + DAY_MS };
  }
  const midnight = Math.floor((at + offsetOf(at)) / DAY_MS) * DAY_MS;
  const begin = (local: number): number => local - offsetOf(local - STANDARD_MS);
  return { beginsAt: begin(midnight), endsAt: begin(midnight + DAY_MS) };
}
