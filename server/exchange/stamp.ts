/** Instants as RFC 3339 text and back, by arithmetic alone. */
import { dateText, pad, parseDate } from '../domain/civil-day.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../domain/time.ts';

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
