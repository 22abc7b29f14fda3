/** Clock and calendar in Alpaca's words, in New York's time. */
import { DAY_MS, type Instant } from '../../domain/time.ts';
import { newYorkDay, newYorkMinute, newYorkOffset } from '../new-york.ts';
import { malformed } from '../refusal.ts';
import { dateText, pad, parseDate, parseStamp, stamp, stampSeconds } from '../stamp.ts';
import type { World } from '../world.ts';

const EXTENDED = { session_open: '0400', session_close: '2000' };
/** Without an end the list stops a year ahead; without a start it begins a month back. */
const YEAR_DAYS = 366;
const MONTH_DAYS = 31;
const LONGEST_DAYS = 4_000;

const local = (at: Instant): string => stampSeconds(at, newYorkOffset(at));

export function renderClock(world: World): Record<string, unknown> {
  const { now, sessions, session } = world;
  return {
    timestamp: stamp(now, newYorkOffset(now)),
    is_open: session !== undefined,
    next_open: local(sessions.nextOpen(now)),
    next_close: local(sessions.nextClose(now)),
  };
}

const clockText = (at: Instant): string => {
  const minute = newYorkMinute(at);
  return `${pad(Math.floor(minute / 60), 2)}:${pad(minute % 60, 2)}`;
};

/** A date, or an instant whose UTC date counts: SDKs send dates as UTC midnight. */
function readDay(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const day = parseDate(text);
  if (day !== undefined) return day;
  const at = parseStamp(text);
  return at === undefined ? malformed(`invalid ${name}: ${text.slice(0, 40)}`) : Math.floor(at / DAY_MS);
}

export function renderCalendar(world: World, start: string | undefined, end: string | undefined): Record<string, unknown>[] {
  const today = newYorkDay(world.now);
  const from = readDay('start', start) ?? today - MONTH_DAYS;
  const to = Math.min(readDay('end', end) ?? today + YEAR_DAYS, from + LONGEST_DAYS);
  const rows: Record<string, unknown>[] = [];
  for (let day = from; day <= to; day++) {
    const session = world.sessions.on(day);
    if (!session) continue;
    rows.push({
      date: session.date,
      open: clockText(session.opensAt),
      close: clockText(session.closesAt),
      ...EXTENDED,
      settlement_date: dateText(newYorkDay(world.sessions.nextOpen(session.closesAt))),
    });
  }
  return rows;
}
