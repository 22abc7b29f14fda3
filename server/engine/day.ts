/**
 * Losses: of the day, of the week, of minutes, and from the peak of a unit. A screen in numbers is looked at for every bar, exact money when
 * it is passed, and the latch closes when a limit is reached.
 */
import type { Books } from '#server/domain/books.ts';
import { type EngagedLevel, higher } from '#server/domain/kill.ts';
import type { Limits } from '#server/domain/limits.ts';
import { formatFixed, type Money, toNumber } from '#server/domain/money.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { dayProfitLossOf, drawdownOf, equityOf, quickLossOf, weekProfitLossOf } from '#server/domain/valuation.ts';
import { measureMoves } from '#server/risk/moves.ts';
import { engage } from './kill.ts';
import type { Turn } from './turn.ts';

/** A number may be this part of the equity off before the exact computation is asked too late. */
const SCREEN_MARGIN = 1e-6;
const WINDOW_MS = 5 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
/** 1970 began on a Thursday, and a week begins on a Monday. */
const MONDAY_MS = 4 * DAY_MS;

/** Begins the first day, and each later one, with the equity of that moment. */
export function rollDay(books: Books, limits: Limits): void {
  const { at, risk } = books;
  const endsAt = (Math.floor(at / DAY_MS) * DAY_MS + DAY_MS) as Instant;
  const equityAtStart = equityOf(books);
  books.day = { endsAt, equityAtStart };
  measureMoves(books);
  if (risk.week === undefined || at >= risk.week.endsAt) {
    const nth = Math.floor((at - MONDAY_MS) / WEEK_MS) + 1;
    risk.week = { endsAt: (nth * WEEK_MS + MONDAY_MS) as Instant, equityAtStart };
  }
  setScreen(books, limits);
}

/** Sets the number of the equity from exact money. */
export function setScreen(books: Books, limits: Limits): void {
  if (books.day === undefined) return;
  books.lossScreen.equity = toNumber(equityOf(books));
  refit(books, limits);
}

/** From which number on the exact losses are asked for, and from which the peak has to be moved. */
function refit({ day, risk, lossScreen }: Books, limits: Limits): void {
  if (day === undefined) return;
  const { units, peak, week, high, highBefore } = risk;
  const start = toNumber(day.equityAtStart);
  const ofWeek = week === undefined ? start : toNumber(week.equityAtStart);
  const floor = Math.max(
    start - toNumber(limits.maxDailyLoss),
    ofWeek - toNumber(limits.maxWeeklyLoss),
    Math.max(high, highBefore) - toNumber(limits.maxQuickLoss),
    units * peak * (1 - limits.maxDrawdownPercent / 100),
  );
  lossScreen.floor = floor + Math.abs(start) * SCREEN_MARGIN;
  lossScreen.ceiling = Math.min(high, units * peak);
}

/** The account begins with units of one dollar each. */
export function beginUnits(books: Books): void {
  const equity = toNumber(equityOf(books));
  books.risk.units = Math.max(equity, 0);
  books.risk.peak = 1;
  books.risk.high = equity;
  books.risk.highBefore = equity;
}

/** Money or shares came or went, or what is held had another value from the beginning: the equity moved, and nothing was won or lost. */
export function flow(books: Books, limits: Limits, moved: Money): void {
  const { day, risk } = books;
  if (day === undefined) return;
  const [after, amount] = [toNumber(equityOf(books)), toNumber(moved)];
  const before = after - amount;
  books.day = { ...day, equityAtStart: (day.equityAtStart + moved) as Money };
  if (risk.week !== undefined) risk.week = { ...risk.week, equityAtStart: (risk.week.equityAtStart + moved) as Money };
  // Where there was nothing before, or nothing is left, there is no unit to go by: they begin anew.
  if (before > 0 && after > 0 && risk.units > 0) risk.units *= after / before;
  else beginUnits(books);
  risk.high += amount;
  risk.highBefore += amount;
  setScreen(books, limits);
}

/** Called where the number has left the screen, or a new window begins. */
export function watchEquity(books: Books, limits: Limits, turn: Turn): void {
  const { risk, lossScreen, at } = books;
  const { equity } = lossScreen;
  if (at >= risk.windowEndsAt) {
    risk.highBefore = at >= risk.windowEndsAt + WINDOW_MS ? equity : risk.high;
    risk.high = equity;
    risk.windowEndsAt = (at - (at % WINDOW_MS) + WINDOW_MS) as Instant;
  }
  if (equity > risk.high) risk.high = equity;
  if (risk.units > 0 && equity > risk.units * risk.peak) risk.peak = equity / risk.units;
  refit(books, limits);
  if (equity < lossScreen.floor) checkLosses(books, limits, turn);
}

/** Called when the number fell below the floor: exact money decides. */
export function checkLosses(books: Books, limits: Limits, turn: Turn): void {
  setScreen(books, limits);
  const [day, week, quick] = [dayProfitLossOf(books), weekProfitLossOf(books), quickLossOf(books)];
  const drawdown = drawdownOf(books);
  if (day !== undefined && -day >= limits.maxDailyLoss)
    trip(books, turn, 'reduceOnly', 'dailyLoss', `lost $${formatFixed(-day)} today, the limit is $${formatFixed(limits.maxDailyLoss)}`);
  if (week !== undefined && -week >= limits.maxWeeklyLoss) {
    const limit = formatFixed(limits.maxWeeklyLoss);
    trip(books, turn, 'cancelOpening', 'weeklyLoss', `lost $${formatFixed(-week)} this week, the limit is $${limit}`);
  }
  if (quick >= toNumber(limits.maxQuickLoss)) {
    const limit = formatFixed(limits.maxQuickLoss);
    trip(books, turn, 'cancelOpening', 'quickLoss', `lost $${quick.toFixed(2)} within minutes, the limit is $${limit}`);
  }
  if (drawdown !== undefined && drawdown >= limits.maxDrawdownPercent) {
    const reason = `a unit is ${drawdown.toFixed(2)} % below its peak, the limit is ${limits.maxDrawdownPercent} %`;
    trip(books, turn, 'cancelOpening', 'drawdown', reason);
  }
}

function trip(books: Books, turn: Turn, level: EngagedLevel, control: string, reason: string): void {
  // What holds already is not said again.
  if (higher(books.kill.level, level) === books.kill.level) return;
  engage(books, { level, by: `risk.${control}`, reason }, turn);
}
