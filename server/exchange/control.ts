/** What only whoever runs the exchange may do to it: money, prices and fills out of thin air. */

import { formatFixed, type Money, type Price, parseMoney, parsePrice, parseQuantity } from '../domain/money.ts';
import { newYorkDate } from '../domain/new-york.ts';
import type { Asset } from './asset.ts';
import { openingAuction } from './auction.ts';
import { findOrder } from './cancel.ts';
import {
  type AssetChange,
  bustExecution,
  changeAsset,
  correctExecution,
  type Restrictions,
  refuseChange,
  rejectOrder,
  restrict,
  transferPosition,
} from './control-broker.ts';
import { post } from './fees-due.ts';
import { execute, executeAlone } from './fills.ts';
import { endSibling } from './lifecycle.ts';
import { isActive, matchQuote } from './matching.ts';
import { isOpen, type Order, remainingQuantity } from './order.ts';
import { siblingOf } from './order-book.ts';
import { quoteAround } from './quote.ts';
import { malformed, notFound, unprocessable } from './refusal.ts';
import type { World } from './world.ts';

export type ControlRequest =
  | { readonly kind: 'setCash'; readonly cash: string }
  | { readonly kind: 'injectPrice'; readonly symbol: string; readonly price: string }
  | { readonly kind: 'fillOrder'; readonly id: string; readonly qty?: string; readonly both?: boolean }
  | { readonly kind: 'rejectOrder'; readonly id: string }
  | { readonly kind: 'refuseChange'; readonly id: string; readonly what: 'replace' | 'cancel' }
  | { readonly kind: 'bustExecution'; readonly executionId: string }
  | { readonly kind: 'correctExecution'; readonly executionId: string; readonly price: string }
  | { readonly kind: 'transferPosition'; readonly symbol: string; readonly qty: string; readonly price: string }
  | ({ readonly kind: 'restrict' } & Restrictions)
  | ({ readonly kind: 'changeAsset'; readonly symbol: string } & AssetChange);

/** Carries it out; the reply says what is now. */
export function control(world: World, request: ControlRequest): Record<string, unknown> {
  switch (request.kind) {
    case 'setCash':
      return setCash(world, decimal('cash', request.cash, parseMoney));
    case 'injectPrice':
      return injectPrice(world, listed(world, request.symbol), decimal('price', request.price, parsePrice));
    case 'fillOrder':
      return fillOrder(world, request);
    case 'rejectOrder':
      return rejectOrder(world, request.id);
    case 'refuseChange':
      return refuseChange(world, request.id, request.what);
    case 'bustExecution':
      return bustExecution(world, request.executionId);
    case 'correctExecution':
      return correctExecution(world, request.executionId, decimal('price', request.price, parsePrice));
    case 'transferPosition': {
      const quantity = decimal('qty', request.qty, parseQuantity);
      return transferPosition(world, request.symbol, quantity, decimal('price', request.price, parsePrice));
    }
    case 'restrict': {
      const { kind: _kind, ...restrictions } = request;
      return restrict(world, restrictions);
    }
    case 'changeAsset': {
      const { kind: _kind, symbol, ...change } = request;
      return changeAsset(world, symbol, change);
    }
    default:
      return request satisfies never;
  }
}

function decimal<T>(name: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch {
    return malformed(`invalid ${name}: ${text.slice(0, 40)}`);
  }
}

const listed = (world: World, symbol: string): Asset => world.tape.assets.find(symbol) ?? notFound(`asset not found for ${symbol}`);

/** Cash that comes or goes is no profit of the day. */
function setCash(world: World, cash: Money): Record<string, unknown> {
  const { account } = world;
  const change = cash - account.cash;
  account.cash = cash;
  account.lastEquity = (account.lastEquity + change) as Money;
  account.closingEquity = (account.closingEquity + change) as Money;
  if (change !== 0n)
    post(world, { type: change > 0n ? 'CSD' : 'CSW', date: newYorkDate(world.now), netAmount: change as Money, description: '' });
  return { cash: formatFixed(cash) };
}

/** A trade at this price with a quote around it, as if the tape had it; the tape goes on from where it was. */
function injectPrice(world: World, { instrument }: Asset, price: Price): Record<string, unknown> {
  if (price <= 0n) malformed('invalid price: must be more than 0');
  const { symbol, assetClass } = instrument;
  const prices = quoteAround({ instrument, halfSpreadBps: world.settings.halfSpreadBps }, Number(formatFixed(price)));
  world.tradeCount += 1;
  const quote = { symbol, at: world.now, ...prices, size: 1, tradeId: world.tradeCount };
  world.quotes.set(symbol, quote);
  if (world.settings.publishTicks) world.outbox.push({ kind: 'quote', assetClass, quote }, { kind: 'trade', assetClass, quote });
  openingAuction(world, symbol, quote.last);
  matchQuote(world, quote);
  return { symbol, price: formatFixed(price) };
}

/** Fills an order now, all that is left or a part, marketable or not; `both` fills the other exit of its group as well. */
function fillOrder(world: World, { id, qty, both = false }: Extract<ControlRequest, { kind: 'fillOrder' }>): Record<string, unknown> {
  const order = findOrder(world, id);
  const sibling = both ? siblingOf(world.orders, order) : undefined;
  const price = priceFor(world, order);
  const left = remainingQuantity(order);
  const part = qty === undefined ? left : decimal('qty', qty, parseQuantity);
  if (part <= 0n || part > left) malformed(`invalid qty: must be more than 0 and at most ${formatFixed(left)}`);
  // In a fast market both exits may trade before either has ended the other.
  if (sibling && isOpen(sibling)) executeAlone(world, sibling, priceFor(world, sibling), remainingQuantity(sibling), true);
  // A stop-loss that trades was triggered, and that has ended its take-profit.
  else if (order.role === 'stopLoss') endSibling(world, order);
  execute(world, order, price, part, part === left);
  return { id, status: order.status };
}

function priceFor(world: World, order: Order): Price {
  if (!isActive(order) || order.quantity === null) unprocessable(`order in state "${order.status}" can not be filled`);
  const quote = world.quotes.get(order.symbol);
  return order.limitPrice ?? (order.side === 'buy' ? quote?.ask : quote?.bid) ?? unprocessable(`${order.symbol} has no price yet`);
}
