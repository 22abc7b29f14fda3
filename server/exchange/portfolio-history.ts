/** The account's worth over time, in windows that are labelled with their beginning; days with the end of their evening. */

import { civilDay, dateText, dayNumber } from '../domain/civil-day.ts';
import { toNumber } from '../domain/money.ts';
import { newYorkDay, newYorkInstant } from '../domain/new-york.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { malformed, unprocessable } from './refusal.ts';
import type { HistoryQuery } from './requests.ts';
import { valuate } from './valuation.ts';
import type { World } from './world.ts';

const TIMEFRAMES: Readonly<Record<string, number>> = {
  '1Min': MINUTE_MS,
  '5Min': 5 * MINUTE_MS,
  '15Min': 15 * MINUTE_MS,
  '1H': HOUR_MS,
  '1D': DAY_MS,
};
const INTRADAY_DAYS = 30;
const EVENING = 20 * 60;

/** A window: its label, and the instant at whose worth it is told. */
interface Window {
  readonly label: number;
  readonly asOf: number;
  readonly day: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export function portfolioHistory(world: World, query: HistoryQuery): Record<string, unknown> {
  const span = spanOf(world, query);
  const days = newYorkDay(span.to) - newYorkDay(span.from);
  const timeframe = query.timeframe ?? defaultTimeframe(days);
  const length = TIMEFRAMES[timeframe] ?? malformed(`invalid timeframe: ${timeframe.slice(0, 20)}`);
  if (length < DAY_MS && days > INTRADAY_DAYS) unprocessable('only 1D timeframe is accepted for periods longer than 30 days');
  const windows = length < DAY_MS ? intradayWindows(world, query, span, length) : dayWindows(world, span);
  const equity = windows.map((window) => worthOf(world, window, length));
  const base = baseOf(world, windows, equity, length);
  const profit = equity.map((value, index) =>
    round(value - baselineOf({ world, query, windows, equity, base: base.value, length }, index)),
  );
  return {
    timestamp: windows.map(({ label }) => Math.floor(label / 1_000)),
    equity,
    profit_loss: profit,
    profit_loss_pct: equity.map((value, index) => {
      const baseline = value - (profit[index] ?? 0);
      return baseline === 0 ? 0 : Math.round(((profit[index] ?? 0) / baseline) * 1e6) / 1e6;
    }),
    base_value: base.value,
    ...(base.day === undefined ? {} : { base_value_asof: dateText(base.day) }),
    timeframe,
    cashflow: cashflows(world, query, windows),
  };
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

function defaultTimeframe(days: number): string {
  if (days < 7) return '1Min';
  return days < INTRADAY_DAYS ? '15Min' : '1D';
}

function spanOf(world: World, { start, end, period }: HistoryQuery): Span {
  if (start !== undefined && end !== undefined && period !== undefined) {
    unprocessable('only two of start, end and period can be specified at the same time');
  }
  const to = Math.min(end ?? world.now, world.now);
  if (start !== undefined && (end !== undefined || period === undefined)) return checked({ from: start, to });
  if (start !== undefined) return checked({ from: start, to: Math.min(shift(start, period ?? '1M', 1), world.now) });
  return checked({ from: beginningOf(world, to, period ?? '1M'), to });
}

function checked(span: Span): Span {
  return span.from > span.to ? unprocessable('start must not be after end') : span;
}

function readPeriod(period: string): { count: number; unit: string } {
  const match = /^(\d{1,4})([DWMA])$/.exec(period);
  const count = Number(match?.[1]);
  return match?.[2] && count > 0 ? { count, unit: match[2] } : malformed(`invalid period: ${period.slice(0, 20)}`);
}

/** So many days, weeks, months or years from an instant. */
function shift(at: number, period: string, sign: 1 | -1): number {
  const { count, unit } = readPeriod(period);
  if (unit === 'D') return at + sign * count * DAY_MS;
  if (unit === 'W') return at + sign * count * 7 * DAY_MS;
  const { year, month, day } = civilDay(newYorkDay(at));
  const months = year * 12 + month - 1 + sign * count * (unit === 'M' ? 1 : 12);
  return newYorkInstant(dayNumber(Math.floor(months / 12), (months % 12) + 1, day), 0);
}

/** A period of days is counted in sessions, the current one among them. */
function beginningOf(world: World, to: number, period: string): number {
  const { count, unit } = readPeriod(period);
  if (unit !== 'D') return shift(to, period, -1);
  let day = newYorkDay(to);
  const today = world.sessions.dayOn(day);
  if (!today || to < today.preOpensAt) day = world.sessions.dayBefore(day);
  for (let back = 1; back < count; back++) day = world.sessions.dayBefore(day);
  return newYorkInstant(day, 0);
}

/** A day is told from its first window on, unless the span begins when the day's hours are over. */
function intradayWindows(world: World, { reporting }: HistoryQuery, span: Span, length: number): Window[] {
  const windows: Window[] = [];
  for (let day = newYorkDay(span.from); day <= newYorkDay(span.to); day++) {
    const hours = hoursOf(world, day, reporting);
    if (!hours || span.from > hours.to) continue;
    for (let label = hours.from; label <= hours.to && label <= span.to; label += length) {
      if (reporting === 'continuous' && label < span.from - (span.from % length)) continue;
      windows.push({ label, day, asOf: Math.min(label + length - 1, hours.to, world.now) });
    }
  }
  return windows;
}

function hoursOf(world: World, day: number, reporting: HistoryQuery['reporting']): Span | undefined {
  if (reporting === 'continuous') return { from: newYorkInstant(day, 0), to: newYorkInstant(day + 1, 0) - 1 };
  const today = world.sessions.dayOn(day);
  if (!today) return undefined;
  if (reporting === 'extended_hours') return { from: today.preOpensAt, to: today.postClosesAt };
  return { from: today.session.opensAt, to: today.session.closesAt };
}

function dayWindows(world: World, span: Span): Window[] {
  const windows: Window[] = [];
  const first = Math.max(newYorkDay(span.from), newYorkDay(world.account.createdAt));
  for (let day = first; day <= newYorkDay(span.to); day++) {
    const today = world.sessions.dayOn(day);
    if (!today || today.session.opensAt > span.to) continue;
    windows.push({ label: newYorkInstant(day, EVENING), day, asOf: Math.min(today.session.closesAt, world.now) });
  }
  return windows;
}

function worthOf(world: World, { day, asOf }: Window, length: number): number {
  const close = length === DAY_MS ? world.equityHistory.closeOf(day) : undefined;
  if (close !== undefined) return close;
  if (asOf >= world.now) return toNumber(valuate(world).equity);
  return world.equityHistory.at(asOf) ?? toNumber(world.settings.cash);
}

/** The close before the first window; without one, the first worth there is. */
function baseOf(world: World, windows: readonly Window[], equity: readonly number[], length: number): { value: number; day?: number } {
  const first = windows[0];
  if (!first) return { value: toNumber(world.account.lastEquity) };
  const before = world.sessions.dayBefore(first.day);
  const close = world.equityHistory.closeOf(before);
  if (close !== undefined) return { value: close, day: before };
  return { value: length === DAY_MS ? (equity[0] ?? 0) : toNumber(world.settings.cash) };
}

interface Measure {
  readonly world: World;
  readonly query: HistoryQuery;
  readonly windows: readonly Window[];
  readonly equity: readonly number[];
  readonly base: number;
  readonly length: number;
}

/** What the profit of a window is measured from. */
function baselineOf({ world, query, windows, equity, base, length }: Measure, index: number): number {
  if (length === DAY_MS) return world.settings.dailyProfit === 'fromBase' ? base : (equity[index - 1] ?? base);
  if (query.profitReset === 'no_reset') return base;
  const day = windows[index]?.day ?? 0;
  return world.equityHistory.closeOf(world.sessions.dayBefore(day)) ?? base;
}

/** Dollars that came in or went out other than by trades, by kind and window. */
function cashflows(world: World, { cashflowTypes }: HistoryQuery, windows: readonly Window[]): Record<string, number[]> {
  const flows: Record<string, number[]> = {};
  const first = windows[0];
  if (!cashflowTypes || cashflowTypes.includes('NONE') || !first) return flows;
  const wanted = (type: string): boolean => type !== 'FILL' && (cashflowTypes.includes('ALL') || cashflowTypes.includes(type));
  for (const activity of world.activities.within(wanted, newYorkInstant(first.day, 0), world.now)) {
    if (activity.kind === 'fill' || activity.netAmount === 0n) continue;
    const index = windows.findIndex(({ asOf }) => asOf >= activity.at);
    if (index < 0) continue;
    let row = flows[activity.type];
    if (!row) {
      row = windows.map(() => 0);
      flows[activity.type] = row;
    }
    row[index] = round((row[index] ?? 0) + toNumber(activity.netAmount));
  }
  return flows;
}
