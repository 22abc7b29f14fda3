/** The account's day: what the close leaves behind, and how the next day begins. */

import { dateText } from '../domain/civil-day.ts';
import { type Money, type Quantity, toNumber } from '../domain/money.ts';
import { newYorkDay } from '../domain/new-york.ts';
import { applyCorporateActions } from './corporate-action-apply.ts';
import { postFees } from './fees-due.ts';
import { valuate } from './valuation.ts';
import type { World } from './world.ts';

/** At the close: equity, margin and the prices of equities that the next day is measured from. */
export function noteClose(world: World): void {
  const { equity, maintenanceMargin } = valuate(world);
  world.account.closingEquity = equity;
  world.account.closingMaintenance = maintenanceMargin;
  world.equityHistory.noteClose(newYorkDay(world.now), toNumber(equity));
  for (const [symbol, quote] of world.quotes) if (!symbol.includes('/')) world.closingPrices.set(symbol, quote.last);
}

/** At New York's midnight. The account's day turns only into a day with a session. */
export function turnDay(world: World): void {
  const day = newYorkDay(world.now);
  postFees(world, day - 1);
  if (!world.sessions.on(day)) return;
  beginDay(world, day);
  applyCorporateActions(world, day);
}

function beginDay(world: World, day: number): void {
  const { account } = world;
  account.lastEquity = account.closingEquity;
  account.lastMaintenance = account.closingMaintenance;
  account.balanceAsOf = dateText(world.sessions.dayBefore(day));
  for (const [symbol, price] of world.closingPrices) world.lastDayPrices.set(symbol, price);
  for (const [symbol, quote] of world.quotes) if (symbol.includes('/')) world.lastDayPrices.set(symbol, quote.last);
  for (const position of world.positions.values()) {
    position.quantityToday = 0n as Quantity;
    position.costToday = 0n as Money;
  }
}
