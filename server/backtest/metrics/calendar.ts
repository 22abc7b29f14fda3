/** Months and years: the table of the report, and what is said of it. */
import { civilDay } from '#server/domain/civil-day.ts';
import type { DefinitionsOf, Figure } from './definition.ts';
import { type Days, lastOfEach, monthOf, type Series } from './sampling.ts';
import { defined, mean, ratio } from './sums.ts';

export interface CalendarMetrics {
  readonly bestMonth: Figure;
  readonly worstMonth: Figure;
  readonly positiveMonths: Figure;
  readonly averageUpMonth: Figure;
  readonly averageDownMonth: Figure;
  readonly bestYear: Figure;
  readonly worstYear: Figure;
  readonly positiveYears: Figure;
}

export const calendarDefinitions: DefinitionsOf<CalendarMetrics> = {
  bestMonth: {
    label: 'Best month',
    unit: 'fraction',
    text: 'Largest return of a calendar month; the first is counted from the start of the curve. ffn leaves the first out.',
  },
  worstMonth: { label: 'Worst month', unit: 'fraction', text: 'Smallest return of a calendar month.' },
  positiveMonths: { label: 'Months with a gain', unit: 'fraction', text: 'Months with a return above 0 / all months.' },
  averageUpMonth: {
    label: 'Average month with a gain',
    unit: 'fraction',
    text: 'Mean of the monthly returns above 0. As ffn, but for the first month.',
  },
  averageDownMonth: {
    label: 'Average month without',
    unit: 'fraction',
    text: 'Mean of the monthly returns of 0 and below. As ffn, but for the first month.',
  },
  bestYear: {
    label: 'Best year',
    unit: 'fraction',
    text: 'Largest return of a calendar year; the first is counted from the start of the curve.',
  },
  worstYear: { label: 'Worst year', unit: 'fraction', text: 'Smallest return of a calendar year.' },
  positiveYears: { label: 'Years with a gain', unit: 'fraction', text: 'Years with a return above 0 / all years.' },
};

export interface MonthReturn {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Since the last point of the month before; nothing where that was not above zero. */
  readonly value: Figure;
}

export interface YearReturn {
  readonly year: number;
  readonly value: Figure;
}

/** Returns of buckets of days, the first one from the curve's first point on. */
function bucketReturns(
  start: number | undefined,
  { closes, dayOf }: Days,
  bucketOf: (day: number) => number,
): { day: number; value: Figure }[] {
  const last = lastOfEach(closes, (at) => bucketOf(dayOf(at)));
  return Array.from(last.timestamp, (at, nth) => {
    const [before, now] = [nth === 0 ? start : last.equity[nth - 1], last.equity[nth]];
    return { day: dayOf(at), value: before !== undefined && now !== undefined && before > 0 ? defined(now / before - 1) : null };
  });
}

/** `start` is the first equity of the curve. */
export function monthlyReturns(start: number | undefined, days: Days): MonthReturn[] {
  return bucketReturns(start, days, monthOf).map(({ day, value }) => {
    const { year, month } = civilDay(day);
    return { year, month, value };
  });
}

export function yearlyReturns(start: number | undefined, days: Days): YearReturn[] {
  return bucketReturns(start, days, (day) => civilDay(day).year).map(({ day, value }) => ({ year: civilDay(day).year, value }));
}

const known = (returns: readonly { readonly value: Figure }[]): number[] | null =>
  returns.length > 0 && returns.every(({ value }) => value !== null) ? returns.map(({ value }) => value as number) : null;

/** Nothing everywhere for a curve that begins at zero or went there. */
export function calendarMetrics({ equity }: Pick<Series, 'equity'>, days: Days): CalendarMetrics {
  const months = known(monthlyReturns(equity[0], days));
  const years = months === null ? null : known(yearlyReturns(equity[0], days));
  const positive = (values: readonly number[] | null): Figure =>
    values === null ? null : ratio(values.filter((one) => one > 0).length, values.length);
  return {
    bestMonth: months === null ? null : months.reduce((a, b) => Math.max(a, b)),
    worstMonth: months === null ? null : months.reduce((a, b) => Math.min(a, b)),
    positiveMonths: positive(months),
    averageUpMonth: months === null ? null : mean(months.filter((one) => one > 0)),
    averageDownMonth: months === null ? null : mean(months.filter((one) => one <= 0)),
    bestYear: years === null ? null : years.reduce((a, b) => Math.max(a, b)),
    worstYear: years === null ? null : years.reduce((a, b) => Math.min(a, b)),
    positiveYears: positive(years),
  };
}
