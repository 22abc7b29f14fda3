/** The rules of order groups: which class has which legs, and on which side of the market their prices lie. */
import { type Price, parsePrice } from '../domain/money.ts';
import type { Draft } from './draft.ts';
import { malformed, unprocessable } from './refusal.ts';
import { lastPrice, type World } from './world.ts';

const CENT = parsePrice('0.01');

export function checkClass(world: World, draft: Draft): void {
  const { orderClass, takeProfit, stopLoss } = draft;
  switch (orderClass) {
    case 'simple':
      if (takeProfit || stopLoss) malformed('simple orders do not accept take_profit or stop_loss');
      return;
    case 'bracket':
      if (!takeProfit) malformed('bracket orders require take_profit.limit_price');
      if (!stopLoss) malformed('bracket orders require stop_loss.stop_price');
      break;
    case 'oto':
      if (!takeProfit === !stopLoss) malformed('oto orders require either take_profit or stop_loss');
      break;
    case 'oco':
      if (draft.type !== 'limit') malformed('oco orders must be limit orders');
      if (!stopLoss) malformed('oco orders require stop_loss.stop_price');
      break;
    default:
      orderClass satisfies never;
  }
  checkGroup(world, draft);
}

function checkGroup(world: World, draft: Draft): void {
  const { orderClass, type, extendedHours } = draft;
  if (type !== 'market' && type !== 'limit') malformed(`${orderClass} orders must be market or limit orders`);
  if (extendedHours) unprocessable(`${orderClass} orders can not be marked for extended hours`);
  const profit = orderClass === 'oco' ? (draft.limitPrice ?? undefined) : draft.takeProfit?.limitPrice;
  checkSides(draft, profit, draft.limitPrice ?? lastPrice(world, draft.asset.instrument.symbol));
}

/** An exit's own limit is the base of its stop-loss; an entry's exits lie on both sides of the entry. */
function checkSides({ orderClass, side, stopLoss }: Draft, profit: Price | undefined, base: Price | undefined): void {
  const isLong = (side === 'buy') === (orderClass !== 'oco');
  const sign = isLong ? 1n : -1n;
  const stop = stopLoss?.stopPrice;
  if (profit !== undefined && stop !== undefined && (profit - stop) * sign <= 0n) {
    unprocessable(`take_profit.limit_price must be ${isLong ? 'greater' : 'less'} than stop_loss.stop_price`);
  }
  if (base === undefined) return;
  if (stop !== undefined && (base - stop) * sign < CENT) {
    unprocessable(`stop price must be ${isLong ? 'less than base_price - 0.01' : 'greater than base_price + 0.01'}`);
  }
  if (orderClass !== 'oco' && profit !== undefined && (profit - base) * sign < CENT) {
    unprocessable(`take_profit.limit_price must be ${isLong ? '>= base_price + 0.01' : '<= base_price - 0.01'}`);
  }
}
