/** A change of name: holdings, prices and lists go on under the new symbol; open orders under the old one are canceled. */

import { dateText } from '../domain/civil-day.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import type { Money, Quantity } from '../domain/money.ts';
import type { NameChange } from './corporate-action.ts';
import { post } from './fees-due.ts';
import { cancelOrdersOf } from './restate.ts';
import type { World } from './world.ts';

export function rename(world: World, day: number, { symbol, newSymbol }: NameChange): void {
  cancelOrdersOf(world, symbol);
  moveKey(world.lastDayPrices, symbol, newSymbol);
  moveKey(world.closingPrices, symbol, newSymbol);
  const quote = world.quotes.get(symbol);
  if (quote) {
    world.quotes.delete(symbol);
    world.quotes.set(newSymbol, { ...quote, symbol: newSymbol });
  }
  if (world.halted.delete(symbol)) world.halted.add(newSymbol);
  for (const list of world.watchlists) {
    if (!list.symbols.includes(symbol)) continue;
    list.symbols = [...new Set(list.symbols.map((one) => (one === symbol ? newSymbol : one)))];
  }
  world.dividendsDue = world.dividendsDue.map((due) => (due.symbol === symbol ? { ...due, symbol: newSymbol } : due));
  const position = world.positions.get(symbol);
  if (!position) return;
  world.positions.delete(symbol);
  world.positions.set(newSymbol, { ...position, symbol: newSymbol });
  const description = `Name change from ${symbol} to ${newSymbol}`;
  const common = { type: 'NC' as const, date: dateText(day), netAmount: 0n as Money, description };
  post(world, { ...common, symbol, quantity: -position.quantity as Quantity });
  post(world, { ...common, symbol: newSymbol, quantity: position.quantity });
}

function moveKey<T>(map: Map<AssetSymbol, T>, from: AssetSymbol, to: AssetSymbol): void {
  const value = map.get(from);
  if (value === undefined) return;
  map.delete(from);
  map.set(to, value);
}
