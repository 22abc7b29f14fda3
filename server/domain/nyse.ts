/**
 * The New York Stock Exchange's holidays and half days by rule, with the closures that no rule foretells. The rules are
 * those in force since 1998; days before that year are told by them too and may be wrong.
 */
import { civilDay, dateText, dayNumber, weekday } from './civil-day.ts';

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;

/** Mourning, attacks and storms. */
const UNFORESEEN: ReadonlySet<string> = new Set([
  '2001-09-11',
  '2001-09-12',
  '2001-09-13',
  '2001-09-14',
  '2004-06-11',
  '2007-01-02',
  '2012-10-29',
  '2012-10-30',
  '2018-12-05',
  '2025-01-09',
]);

/** Half days that follow no rule of today. */
const OTHER_HALF_DAYS: ReadonlySet<string> = new Set(['2002-07-05', '2003-12-26']);

function nthWeekday(year: number, month: number, wanted: number, nth: number): number {
  const first = dayNumber(year, month, 1);
  return first + ((wanted - weekday(first) + 7) % 7) + (nth - 1) * 7;
}

/** Easter Sunday by the anonymous Gregorian computus. */
function easter(year: number): number {
  const a = year % 19;
  const century = Math.floor(year / 100);
  const c = year % 100;
  const leap = Math.floor(century / 4);
  const g = Math.floor((8 * century + 13) / 25);
  const h = (19 * a + century - leap - g + 15) % 30;
  const i = Math.floor(c / 4);
  const l = (32 + 2 * (century % 4) + 2 * i - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return dayNumber(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
}

/** A holiday on a Saturday is kept on Friday, one on a Sunday on Monday. */
function observed(day: number): number {
  if (weekday(day) === SATURDAY) return day - 1;
  return weekday(day) === SUNDAY ? day + 1 : day;
}

function holidaysOf(year: number): number[] {
  const newYear = dayNumber(year, 1, 1);
  return [
    // On a Saturday it is not kept at all: the last Friday of the year is a trading day.
    weekday(newYear) === SUNDAY ? newYear + 1 : newYear,
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 2, MONDAY, 3),
    easter(year) - 2,
    nthWeekday(year, 6, MONDAY, 1) - 7,
    ...(year >= 2022 ? [observed(dayNumber(year, 6, 19))] : []),
    observed(dayNumber(year, 7, 4)),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 11, THURSDAY, 4),
    observed(dayNumber(year, 12, 25)),
  ];
}

/** Thanksgiving's Friday, Christmas Eve, and the eve of Independence Day when that is a trading day. */
function halfDaysOf(year: number): number[] {
  const eve = dayNumber(year, 7, 3);
  const christmasEve = dayNumber(year, 12, 24);
  const isEveKept = weekday(eve) >= MONDAY && weekday(eve) <= THURSDAY && !(weekday(eve) === 3 && year < 2013);
  return [
    nthWeekday(year, 11, THURSDAY, 4) + 1,
    ...(weekday(christmasEve) >= MONDAY && weekday(christmasEve) <= THURSDAY ? [christmasEve] : []),
    ...(isEveKept ? [eve] : []),
  ];
}

interface Year {
  readonly holidays: ReadonlySet<number>;
  readonly halfDays: ReadonlySet<number>;
}

export interface NyseCalendar {
  isTradingDay(day: number): boolean;
  isHalfDay(day: number): boolean;
}

export function createNyseCalendar(): NyseCalendar {
  const years = new Map<number, Year>();
  const yearOf = (day: number): Year => {
    const { year } = civilDay(day);
    let known = years.get(year);
    if (!known) {
      known = { holidays: new Set(holidaysOf(year)), halfDays: new Set(halfDaysOf(year)) };
      years.set(year, known);
    }
    return known;
  };
  const isTradingDay = (day: number): boolean =>
    weekday(day) >= MONDAY && weekday(day) <= FRIDAY && !yearOf(day).holidays.has(day) && !UNFORESEEN.has(dateText(day));
  return {
    isTradingDay,
    isHalfDay: (day) => isTradingDay(day) && (yearOf(day).halfDays.has(day) || OTHER_HALF_DAYS.has(dateText(day))),
  };
}
