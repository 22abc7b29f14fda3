/** The day's loss: its start, its screen in numbers, and the latch that closes when the limit is reached. */
import type { Books } from '#server/domain/books.ts';
import { formatFixed, toNumber } from '#server/domain/money.ts';
import type { Limits } from '#server/domain/plan.ts';
import { DAY_MS, type Instant } from '#server/domain/time.ts';
import { dayProfitLossOf, equityOf } from '#server/domain/valuation.ts';
import { engage } from './kill.ts';
import type { Turn } from './turn.ts';

/** A number may be this part of the equity off before the exact computation is asked too late. */
const SCREEN_MARGIN = 1e-6;

/** Begins the first day, and each later one, with the equity of that moment. */
export function rollDay(books: Books, limits: Limits): void {
  const endsAt = (Math.floor(books.at / DAY_MS) * DAY_MS + DAY_MS) as Instant;
  books.day = { endsAt, equityAtStart: equityOf(books) };
  setScreen(books, limits);
}

/** Sets the number of the equity from exact money. */
export function setScreen(books: Books, limits: Limits): void {
  if (books.day === undefined) return;
  const start = toNumber(books.day.equityAtStart);
  books.lossScreen.equity = toNumber(equityOf(books));
  books.lossScreen.floor = start - toNumber(limits.maxDailyLoss) + Math.abs(start) * SCREEN_MARGIN;
}

/** Called when the number fell below the floor: exact money decides. */
export function checkDailyLoss(books: Books, limits: Limits, turn: Turn): void {
  setScreen(books, limits);
  const profit = dayProfitLossOf(books);
  if (profit === undefined || -profit < limits.maxDailyLoss || books.kill.level !== 'armed') return;
  const reason = `lost $${formatFixed(-profit)} today, the limit is $${formatFixed(limits.maxDailyLoss)}`;
  engage(books, { level: 'reduceOnly', by: 'risk.dailyLoss', reason }, turn);
}
