/**
 * Applies splits, dividends, spin-offs and changes of names when New York's day of their ex-date begins, or the first
 * trading day after it. A dividend is owed for what is held then and paid (by a short position: taken) on its payable date.
 */

import { dateText } from '../domain/civil-day.ts';
import { type Money, notional, type Price } from '../domain/money.ts';
import { newYorkDay } from '../domain/new-york.ts';
import type { CashDividend, DueDividend } from './corporate-action.ts';
import { post } from './fees-due.ts';
import { exDayOf } from './name-book.ts';
import { rename } from './rename.ts';
import { lowerOrders } from './restate.ts';
import { spinOff } from './spin-off.ts';
import { split } from './split.ts';
import type { World } from './world.ts';

/** Applies the actions of a beginning trading day, and pays what is due on it. Those of the tape happen once, in its first lap. */
export function applyCorporateActions(world: World, day: number): void {
  const { tape, sessions } = world;
  const dayBefore = sessions.dayBefore(day);
  const lastDay = newYorkDay(tape.lastAt);
  for (const action of tape.corporateActions) {
    const exDay = exDayOf(action);
    if (exDay <= dayBefore || exDay > day || exDay > lastDay || !tape.assets.get(action.symbol)) continue;
    if (action.kind === 'split') split(world, day, action);
    else if (action.kind === 'cashDividend') goExDividend(world, day, action);
    else if (action.kind === 'spinOff') spinOff(world, day, action);
    else rename(world, day, action);
  }
  const due = world.dividendsDue.filter(({ payOnDay }) => payOnDay <= day);
  world.dividendsDue = world.dividendsDue.filter(({ payOnDay }) => payOnDay > day);
  for (const dividend of due) pay(world, day, dividend);
}

function pay(world: World, day: number, { symbol, rate, quantity }: DueDividend): void {
  const amount = notional(rate as bigint as Price, quantity);
  world.account.cash = (world.account.cash + amount) as Money;
  const what = quantity < 0n ? 'Cash DIV paid on a short position' : 'Cash DIV';
  post(world, {
    type: 'DIV',
    date: dateText(day),
    netAmount: amount,
    symbol,
    quantity,
    perShare: rate,
    description: `${what} @ ${symbol}`,
  });
}

function goExDividend(world: World, day: number, { symbol, rate, payableAfterDays }: CashDividend): void {
  const held = world.positions.get(symbol);
  if (held) world.dividendsDue.push({ symbol, rate, quantity: held.quantity, payOnDay: day + payableAfterDays });
  if (world.settings.dividendsLowerOrders) lowerOrders(world, symbol, rate);
}
