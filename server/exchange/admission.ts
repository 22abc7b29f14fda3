/** Whether the account may place an order now: its switches, what it holds, what it can pay. */
import { absolute, basisPointsOf, formatFixed, type Money, notional, type Price, type Quantity, UNIT } from '../domain/money.ts';
import type { Draft } from './draft.ts';
import { type Order, type OrderSide, type PositionIntent, remainingQuantity } from './order.ts';
import { openOrders, siblingOf } from './order-book.ts';
import { forbidden, unprocessable } from './refusal.ts';
import { heldQuantity, valuate } from './valuation.ts';
import { checkWash } from './wash.ts';
import { lastPrice, type World } from './world.ts';

export interface Admission {
  readonly intent: PositionIntent;
  /** Price at which the order reserves buying power; zero when it only reduces a position. */
  readonly reservePrice: Price;
  readonly reserved: Money;
}

const CRYPTO_MINIMUM = 10n * UNIT;
const SHORT_MINIMUM_EQUITY = 2_000n * UNIT;
const SHORT_MARGIN_BPS = 300;

/** What an order's kind and amount must have to be judged; a replacement is judged like a new order. */
export type Candidate = Omit<Draft, 'clientOrderId' | 'takeProfit' | 'stopLoss'>;

export function admit(world: World, draft: Candidate, replacing?: Order): Admission {
  if (world.configurations.suspend_trade) forbidden('new orders are rejected by user request');
  const { symbol, tradable } = draft.asset.instrument;
  if (!tradable) forbidden(`asset ${symbol} is not tradable`);
  checkWash(world, draft, replacing);
  const held = heldQuantity(world, symbol);
  const reduces = draft.side === 'buy' ? held < 0n : held > 0n;
  if (!reduces) return draft.side === 'buy' ? admitPurchase(world, draft, replacing) : admitShortSale(world, draft, replacing);
  if (draft.orderClass === 'bracket') unprocessable('bracket orders must be entry orders');
  checkAvailable(world, draft, held, replacing);
  return { intent: draft.side === 'buy' ? 'buy_to_close' : 'sell_to_close', reservePrice: 0n as Price, reserved: 0n as Money };
}

/** Price that a purchase is judged at: its limit, else its stop with the collar, else the ask. */
function purchasePrice(world: World, draft: Candidate): Price {
  if (draft.limitPrice !== null) return draft.limitPrice;
  if (draft.stopPrice !== null) return (draft.stopPrice + basisPointsOf(draft.stopPrice, 400)) as Price;
  const ask = world.quotes.get(draft.asset.instrument.symbol)?.ask ?? lastPrice(world, draft.asset.instrument.symbol);
  if (ask === undefined) {
    return forbidden(`no price is known for ${draft.asset.instrument.symbol} yet; wait for its first bar, or give a limit price`);
  }
  const isCrypto = draft.asset.instrument.assetClass === 'crypto';
  return isCrypto ? ((ask + basisPointsOf(ask, world.settings.cryptoCollarPercent * 100)) as Price) : ask;
}

function admitPurchase(world: World, draft: Candidate, replacing: Order | undefined): Admission {
  const price = purchasePrice(world, draft);
  const cost = draft.notional ?? notional(price, draft.quantity ?? (0n as Quantity));
  const isCrypto = draft.asset.instrument.assetClass === 'crypto';
  if (isCrypto && cost < CRYPTO_MINIMUM) forbidden('cost basis must be >= minimal amount of order 10', { cost_basis: formatFixed(cost) });
  checkPower(world, cost, isCrypto, replacing);
  return { intent: 'buy_to_open', reservePrice: price, reserved: cost };
}

function checkPower(world: World, cost: Money, isCrypto: boolean, replacing: Order | undefined): void {
  const value = valuate(world);
  const freed = replacing?.reserved ?? 0n;
  const power = (isCrypto ? value.cashBuyingPower : value.buyingPower) + freed;
  if (cost > power) forbidden('insufficient buying power', { buying_power: formatFixed(power), cost_basis: formatFixed(cost) });
}

function admitShortSale(world: World, draft: Candidate, replacing: Order | undefined): Admission {
  const { instrument } = draft.asset;
  if (instrument.assetClass === 'crypto') refuseBalance(instrument.symbol, draft, 0n, 0n, []);
  const quantity = draft.quantity;
  if (quantity === null || quantity % UNIT !== 0n) forbidden('fractional orders cannot be sold short');
  const value = valuate(world);
  const isAllowed = world.settings.shortingEnabled && !world.configurations.no_shorting && value.multiplier > 1;
  if (!isAllowed || value.equity < SHORT_MINIMUM_EQUITY) forbidden('account is not allowed to short');
  if (!instrument.shortable) forbidden(`asset "${instrument.symbol}" cannot be sold short`);
  const ask = world.quotes.get(instrument.symbol)?.ask ?? lastPrice(world, instrument.symbol);
  if (ask === undefined) forbidden(`no price is known for ${instrument.symbol} yet; wait for its first bar`);
  const padded = ask + basisPointsOf(ask, SHORT_MARGIN_BPS);
  const price = ((draft.limitPrice ?? 0n) > padded ? draft.limitPrice : padded) as Price;
  const cost = notional(price, quantity);
  checkPower(world, cost, false, replacing);
  return { intent: 'sell_to_open', reservePrice: price, reserved: cost };
}

/** What open orders of a side already claim of a position; the two exits of a group claim it once. */
export function claimedQuantity(
  world: World,
  symbol: Order['symbol'],
  side: OrderSide,
  except?: Order,
): { total: bigint; orders: Order[] } {
  const orders: Order[] = [];
  let total = 0n;
  for (const order of openOrders(world.orders, symbol)) {
    if (order.side !== side || order === except || !claims(world, order)) continue;
    orders.push(order);
    const price = world.quotes.get(symbol)?.bid ?? lastPrice(world, symbol);
    total += order.notional !== null && price ? (order.notional * UNIT) / price : remainingQuantity(order);
  }
  return { total, orders };
}

function claims(world: World, order: Order): boolean {
  if (order.role === 'entry') return order.reservePrice === 0n;
  if (!order.armed) return false;
  if (order.role === 'takeProfit') return true;
  const profit = siblingOf(world.orders, order);
  return !(profit && world.orders.open.get(profit.symbol)?.has(profit.id));
}

function checkAvailable(world: World, draft: Candidate, held: Quantity, replacing: Order | undefined): void {
  const { symbol } = draft.asset.instrument;
  const claimed = claimedQuantity(world, symbol, draft.side, replacing);
  const existing = absolute(held);
  const available = existing - claimed.total;
  const price = world.quotes.get(symbol)?.bid ?? lastPrice(world, symbol);
  const wanted = draft.quantity ?? (draft.notional !== null && price ? (draft.notional * UNIT) / price : existing);
  if (wanted <= available) return;
  if (draft.asset.instrument.assetClass === 'crypto') refuseBalance(symbol, draft, available, claimed.total, claimed.orders);
  const left = formatFixed(available > 0n ? available : 0n);
  forbidden(`insufficient qty available for order (requested: ${formatFixed(wanted)}, available: ${left})`, {
    available: left,
    existing_qty: formatFixed(existing),
    held_for_orders: formatFixed(claimed.total),
    symbol,
    related_orders: claimed.orders.map((order) => order.id),
  });
}

function refuseBalance(symbol: string, draft: Candidate, available: bigint, claimed: bigint, orders: readonly Order[]): never {
  const coin = symbol.split('/')[0] ?? symbol;
  const wanted = formatFixed(draft.quantity ?? draft.notional ?? 0n);
  const left = formatFixed(available > 0n ? available : 0n);
  return forbidden(`insufficient balance for ${coin} (requested: ${wanted}, available: ${left})`, {
    available: left,
    held_for_orders: formatFixed(claimed),
    symbol,
    related_orders: orders.map((order) => order.id),
  });
}
