/** Clocks and calendars: New York by rule against the machine's zone data, sessions of a looped tape, stamps. */
import { describe, expect, it } from 'vitest';
import { dateText, parseDate } from '#server/domain/civil-day.ts';
import { newYorkDate, newYorkInstant, newYorkMinute } from '#server/domain/new-york.ts';
import { DAY_MS, HOUR_MS, instant } from '#server/domain/time.ts';
import { createSessionBook } from '#server/exchange/sessions.ts';
import { parseStamp, stamp } from '#server/exchange/stamp.ts';
import { makeTape, shiftBar } from '#server/exchange/tape.ts';
import { at, barsOf, flat, harness, OPEN, series, type Wire } from './harness.ts';

describe('New York', () => {
  it('shows the same date and time as the zone database, hour by hour, from 1996 to 2030', () => {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    const from = Date.UTC(1996, 0, 1);
    for (let ms = from; ms < Date.UTC(2030, 0, 1); ms += 7 * HOUR_MS) {
      const minute = newYorkMinute(ms);
      const text = `${newYorkDate(ms)}, ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      if (format.format(ms) !== text) expect(text, new Date(ms).toISOString()).toBe(format.format(ms));
    }
  });

  it('finds the instant of a wall time on both sides of the change of clocks', () => {
    for (const [date, utc] of [
      ['2019-03-08', '14:30'],
      ['2019-03-11', '13:30'],
      ['2019-11-01', '13:30'],
      ['2019-11-04', '14:30'],
    ] as const) {
      expect(new Date(newYorkInstant(parseDate(date) ?? 0, 570)).toISOString()).toBe(`${date}T${utc}:00.000Z`);
    }
  });
});

describe('stamps', () => {
  it('are what Date writes, and are read back', () => {
    for (let ms = Date.UTC(1999, 11, 30); ms < Date.UTC(2001, 3, 1); ms += 61_234_567) {
      expect(stamp(ms)).toBe(new Date(ms).toISOString());
      expect(parseStamp(stamp(ms, -300))).toBe(ms);
    }
    expect(parseStamp('2019-02-11T14:30:00.123456789Z')).toBe(OPEN + 123);
    expect(parseStamp('2019-02-11')).toBe(Date.UTC(2019, 1, 11));
    expect(parseStamp('yesterday')).toBeUndefined();
    expect(parseDate('2019-02-30')).toBeUndefined();
  });
});

describe('the calendar', () => {
  const week = (earlyCloses = {}) =>
    makeTape({
      series: [
        {
          instrument: series('AAPL', [1]).instrument,
          bars: [0, 1, 3, 4].flatMap((day) => barsOf('AAPL', flat(100, 3), OPEN + day * DAY_MS)),
        },
      ],
      earlyCloses,
    });

  it('has the days of the tape, and repeats them lap after lap at the same wall time', () => {
    const book = createSessionBook(week({ '2019-02-15': '13:00' }), true);
    const dates: string[] = [];
    for (let day = parseDate('2019-02-11') ?? 0; dates.length < 8; day++) {
      const session = book.on(day);
      if (session) dates.push(`${session.date} ${newYorkMinute(session.opensAt)}-${newYorkMinute(session.closesAt)}`);
    }
    expect(dates).toEqual([
      '2019-02-11 570-960',
      '2019-02-12 570-960',
      '2019-02-14 570-960',
      '2019-02-15 570-780',
      '2019-02-18 570-960',
      '2019-02-19 570-960',
      '2019-02-21 570-960',
      '2019-02-22 570-780',
    ]);
    const summer = book.on(parseDate('2019-07-01') ?? 0);
    expect(stamp(summer?.opensAt ?? 0)).toBe('2019-07-01T13:30:00.000Z');
  });

  it('dates the bars of later laps by New York, across the change of clocks', () => {
    const h = harness(week(), { loop: true });
    h.exchange.advance(instant(OPEN + 35 * DAY_MS));
    const starts = h.events().flatMap((event) => (event.kind === 'bar' ? [stamp(event.bar.startsAt)] : []));
    expect(starts.filter((start) => start.endsWith('T14:30:00.000Z')).length).toBe(16);
    expect(starts.filter((start) => start.endsWith('T13:30:00.000Z')).length).toBe(5);
    expect([...starts].sort()).toEqual(starts);
  });

  it('is told with ISO instants as well as dates, and the clock agrees with it', () => {
    const h = harness(week());
    const rows = h.ask({ kind: 'getCalendar', start: '2019-02-11T00:00:00.000Z', end: '2019-02-14T00:00:00.000Z' }).body;
    expect(rows.map((row: Wire) => [row.date, row.open, row.close])).toEqual([
      ['2019-02-11', '09:30', '16:00'],
      ['2019-02-12', '09:30', '16:00'],
      ['2019-02-14', '09:30', '16:00'],
    ]);
    expect(h.ask({ kind: 'getClock' }).body).toEqual({
      timestamp: '2019-02-11T09:25:00.000-05:00',
      is_open: false,
      next_open: '2019-02-11T09:30:00-05:00',
      next_close: '2019-02-11T16:00:00-05:00',
    });
    expect(h.ask({ kind: 'getClock' }, at(1)).body).toMatchObject({ is_open: true, next_open: '2019-02-12T09:30:00-05:00' });
    expect(h.ask({ kind: 'getClock' }, at(390)).body).toMatchObject({ is_open: false });
    expect(h.ask({ kind: 'getCalendar', start: 'soon' })).toMatchObject({ status: 422 });
  });

  it('keeps a bar as it is when it is not moved', () => {
    const [bar] = barsOf('AAPL', [100]);
    expect(shiftBar(bar!, 0)).toBe(bar);
    expect(dateText(0)).toBe('1970-01-01');
  });
});
