/** New York's wall time as an instant: the broker's calendar is written in it. The time-zone rules are Intl's. */
import { HOUR_MS, type Instant, instant } from '#server/domain/time.ts';

const wall = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

/** Asking Intl takes microseconds, and a calendar asks some hundred times; clocks change on the hour. */
const offsets = new Map<number, number>();
const MOST_OFFSETS = 4_096;

/** What New York's clocks show at an instant, read as if it were UTC. */
function shownAt(at: number): number {
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
  let offset = offsets.get(hour);
  if (offset === undefined) {
    if (offsets.size === MOST_OFFSETS) offsets.clear();
    offset = askIntl(hour) - hour;
    offsets.set(hour, offset);
  }
  return at + offset;
}

function askIntl(at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of wall.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The instant at which New York's clocks show this date and time ("2026-11-20", "09:30"). */
export function newYorkInstant(date: string, time: string): Instant {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wanted)) throw new RangeError(`not a date and time: ${date} ${time}`);
  // The first step may land on the other side of a change of the clocks; the second corrects it.
  const first = wanted - (shownAt(wanted) - wanted);
  return instant(first - (shownAt(first) - wanted));
}

/** The date on New York's calendar. */
export const newYorkDate = (at: number): string => new Date(shownAt(at)).toISOString().slice(0, 10);
