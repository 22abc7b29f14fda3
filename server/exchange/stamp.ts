/** Instants as RFC 3339 text and back, and days of the civil calendar, by arithmetic alone. */
import { DAY_MS, type Instant, MINUTE_MS } from '../domain/time.ts';

/** A day in the proleptic Gregorian calendar; month 1 to 12. */
export interface CivilDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The civil day that is `days` after 1970-01-01 (Howard Hinnant's algorithm). */
export function civilDay(days: number): CivilDay {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 };
}

/** Days from 1970-01-01 to a civil day. */
export const dayNumber = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / DAY_MS;

/** 0 is Sunday. */
export const weekday = (days: number): number => (((days + 4) % 7) + 7) % 7;

export const pad = (value: number, width: number): string => value.toString().padStart(width, '0');

export function dateText(days: number): string {
  const { year, month, day } = civilDay(days);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** "2019-02-11" → days since 1970-01-01, or nothing when the text is no date. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const days = dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
  return dateText(days) === text ? days : undefined;
}

let knownDay = Number.NaN;
let knownText = '';

/** "2019-02-11T14:30:00.123Z", or with the given offset in minutes: "2019-02-11T09:30:00.123-05:00". */
export function stamp(at: number, offsetMinutes?: number): string {
  const local = at + (offsetMinutes ?? 0) * MINUTE_MS;
  const days = Math.floor(local / DAY_MS);
  if (days !== knownDay) {
    knownDay = days;
    knownText = dateText(days);
  }
  const ms = local - days * DAY_MS;
  const seconds = Math.floor(ms / 1_000);
  const clock = `${pad(Math.floor(seconds / 3_600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  return `${knownText}T${clock}.${pad(ms % 1_000, 3)}${offsetMinutes === undefined ? 'Z' : offsetText(offsetMinutes)}`;
}

/** Without the fraction: bars are stamped so. */
export const stampSeconds = (at: number, offsetMinutes?: number): string => stamp(at, offsetMinutes).replace(/\.\d{3}/, '');

function offsetText(minutes: number): string {
  const magnitude = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(magnitude / 60), 2)}:${pad(magnitude % 60, 2)}`;
}

/** An RFC 3339 instant or a bare date (UTC midnight); nanoseconds are cut to milliseconds. */
export function parseStamp(text: string): Instant | undefined {
  const days = parseDate(text);
  if (days !== undefined) return (days * DAY_MS) as Instant;
  const match = /^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?(Z|z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match) return undefined;
  const fraction = match[2] ? `.${match[2].slice(0, 3)}` : '';
  const ms = Date.parse(`${match[1]?.replace(' ', 'T')}${fraction}${match[3] ?? 'Z'}`);
  return Number.isNaN(ms) ? undefined : (ms as Instant);
}
