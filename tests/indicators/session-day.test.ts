/** Days of New York and of UTC against the time-zone database, for four centuries from the year in which today's rule began. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DayZone, dayOf } from '#server/indicators/session-day.ts';

const zones: readonly (readonly [DayZone, string])[] = [
  ['newYork', 'America/New_York'],
  ['utc', 'UTC'],
];
const instant = fc.integer({ min: Date.UTC(2007, 0, 1), max: Date.UTC(2400, 0, 1) });

test.each(zones)('%s', (zone, timeZone) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone });
  const check = (at: number): void => {
    const { beginsAt, endsAt } = dayOf(at, zone);
    const day = format.format(at);
    expect([beginsAt, endsAt - 1].map((edge) => format.format(edge))).toEqual([day, day]);
    expect([beginsAt - 1, endsAt].map((edge) => format.format(edge) === day)).toEqual([false, false]);
  };
  fc.assert(fc.property(instant, check), { numRuns: 3_000 });
  // Every night of the years around: the ones of a change of the clock are among them.
  for (let at = Date.UTC(2023, 0, 1); at < Date.UTC(2029, 0, 1); at += 3_600_000) check(at);
});
