/** A client's words for an order, read into values; what can not be read is refused with Alpaca's complaint. */
import { type Money, type Price, parseFixed, type Quantity } from '../domain/money.ts';
import type { Asset } from './asset.ts';
import { isOpen, type OrderClass, type OrderSide, type OrderType, type PositionIntent, type TimeInForce } from './order.ts';
import { findOrderByClientId, isClientIdUsed } from './order-book.ts';
import { malformed, unprocessable } from './refusal.ts';
import type { OrderRequest } from './requests.ts';
import type { World } from './world.ts';

export interface Draft {
  readonly asset: Asset;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  readonly quantity: Quantity | null;
  readonly notional: Money | null;
  readonly limitPrice: Price | null;
  readonly stopPrice: Price | null;
  readonly trailPrice: Price | null;
  readonly trailPercent: bigint | null;
  readonly extendedHours: boolean;
  readonly positionIntent: PositionIntent | undefined;
  readonly clientOrderId: string | undefined;
  readonly takeProfit: { readonly limitPrice: Price } | undefined;
  readonly stopLoss: { readonly stopPrice: Price; readonly limitPrice: Price | null } | undefined;
}

const SIDES: readonly OrderSide[] = ['buy', 'sell'];
const TYPES: readonly OrderType[] = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'];
const TIMES: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'];
const CLASSES: readonly OrderClass[] = ['simple', 'bracket', 'oco', 'oto'];
const INTENTS: readonly PositionIntent[] = ['buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'];
const MAX_CLIENT_ID = 128;
/** A billion billions; more digits are nobody's order. */
const MAX_DIGITS = 28;

function oneOf<T extends string>(name: string, allowed: readonly T[], text: string): T {
  const found = allowed.find((value) => value === text);
  return found ?? malformed(`invalid ${name}: ${text}`);
}

/** A positive decimal of at most nine places, or null when the field is missing. */
export function positive<T extends bigint>(name: string, text: string | undefined): T | null {
  if (text === undefined) return null;
  let value: bigint;
  try {
    value = parseFixed(text.length > MAX_DIGITS ? '' : text);
  } catch {
    return malformed(`invalid ${name}: ${text.slice(0, 64)}`);
  }
  if (value <= 0n) unprocessable(`invalid ${name}: must be > 0`);
  return value as T;
}

export function findTradable(world: World, symbol: string | undefined): Asset {
  if (symbol === undefined || symbol === '') malformed('symbol is required');
  return world.tape.assets.find(symbol) ?? unprocessable(`asset "${symbol.slice(0, 64)}" not found`);
}

export function readDraft(world: World, request: OrderRequest): Draft {
  const asset = findTradable(world, request.symbol);
  if (request.side === undefined) malformed('side is required');
  if (request.type === undefined) malformed('order type is required');
  if (request.timeInForce === undefined) malformed('time_in_force is required');
  const { takeProfit, stopLoss } = request;
  const orderClass = oneOf('order_class', CLASSES, request.orderClass || 'simple');
  // The limit of an OCO order is its take-profit, whether or not it is named twice.
  const limitPrice = request.limitPrice ?? (orderClass === 'oco' && request.type === 'limit' ? takeProfit?.limitPrice : undefined);
  return {
    asset,
    side: oneOf('side', SIDES, request.side),
    type: oneOf('order type', TYPES, request.type),
    timeInForce: oneOf('time_in_force', TIMES, request.timeInForce),
    orderClass,
    quantity: positive<Quantity>('qty', request.qty),
    notional: positive<Money>('notional', request.notional),
    limitPrice: positive<Price>('limit_price', limitPrice),
    stopPrice: positive<Price>('stop_price', request.stopPrice),
    trailPrice: positive<Price>('trail_price', request.trailPrice),
    trailPercent: positive('trail_percent', request.trailPercent),
    extendedHours: request.extendedHours ?? false,
    positionIntent: request.positionIntent ? oneOf('position_intent', INTENTS, request.positionIntent) : undefined,
    clientOrderId: readClientId(world, request.clientOrderId),
    takeProfit: takeProfit && { limitPrice: required('take_profit.limit_price', takeProfit.limitPrice) },
    stopLoss: stopLoss && {
      stopPrice: required('stop_loss.stop_price', stopLoss.stopPrice),
      limitPrice: positive<Price>('stop_loss.limit_price', stopLoss.limitPrice),
    },
  };
}

function required(name: string, text: string | undefined): Price {
  return positive<Price>(name, text) ?? malformed(`${name} is required`);
}

/** Refuses an id that an order has, or has ever had. */
export function readClientId(world: World, id: string | undefined): string | undefined {
  if (id === undefined || id === '') return undefined;
  if (id.length > MAX_CLIENT_ID) malformed(`client_order_id must be no more than ${MAX_CLIENT_ID} characters`);
  if (isTaken(world, id)) malformed('client_order_id must be unique');
  return id;
}

function isTaken({ orders, settings }: World, id: string): boolean {
  if (settings.clientOrderIds === 'unique') return isClientIdUsed(orders, id);
  const other = findOrderByClientId(orders, id);
  return other !== undefined && isOpen(other);
}
