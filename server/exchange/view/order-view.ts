/** Orders, their events and executions in Alpaca's words: every key present, decimals as strings, absence as null. */
import { divideRounded, formatFixed } from '../../domain/money.ts';
import type { TradeUpdate } from '../events.ts';
import type { Order } from '../order.ts';
import { legsOf, type OrderBook } from '../order-book.ts';
import { stamp } from '../stamp.ts';

const decimal = (value: bigint | null): string | null => (value === null ? null : formatFixed(value));
const time = (at: number | null): string | null => (at === null ? null : stamp(at));

function averagePrice(order: Order): string | null {
  return order.filledQuantity === 0n ? null : formatFixed(divideRounded(order.filledValue, order.filledQuantity));
}

/** An order with its legs, or with `legs: null` when it has none or they are not asked for. */
export function renderOrder(order: Order, legs: readonly Order[] | null = null): Record<string, unknown> {
  return {
    id: order.id,
    client_order_id: order.clientOrderId,
    created_at: stamp(order.createdAt),
    updated_at: stamp(order.updatedAt),
    submitted_at: stamp(order.submittedAt),
    filled_at: time(order.filledAt),
    expired_at: time(order.expiredAt),
    expires_at: time(order.expiresAt),
    cancel_requested_at: time(order.canceledAt),
    canceled_at: time(order.canceledAt),
    failed_at: time(order.failedAt),
    replaced_at: time(order.replacedAt),
    replaced_by: order.replacedBy,
    replaces: order.replaces,
    asset_id: order.assetId,
    symbol: order.symbol,
    asset_class: order.assetClass,
    notional: decimal(order.notional),
    qty: decimal(order.quantity),
    filled_qty: formatFixed(order.filledQuantity),
    filled_avg_price: averagePrice(order),
    order_class: order.orderClass === 'simple' ? '' : order.orderClass,
    order_type: order.type,
    type: order.type,
    side: order.side,
    position_intent: order.positionIntent,
    time_in_force: order.timeInForce,
    limit_price: decimal(order.limitPrice),
    stop_price: decimal(order.stopPrice),
    status: order.status,
    extended_hours: order.extendedHours,
    legs: legs === null || legs.length === 0 ? null : legs.map((leg) => renderOrder(leg)),
    trail_percent: decimal(order.trailPercent),
    trail_price: decimal(order.trailPrice),
    hwm: decimal(order.highWater),
    ratio_qty: null,
    subtag: null,
    source: null,
  };
}

export const renderNested = (book: OrderBook, order: Order): Record<string, unknown> => renderOrder(order, legsOf(book, order));

/** The `data` of a trade_updates frame. */
export function renderTradeUpdate(update: TradeUpdate): Record<string, unknown> {
  const { execution } = update;
  return {
    event: update.event,
    event_id: update.eventId,
    at: stamp(update.at),
    timestamp: stamp(update.at),
    ...(execution
      ? {
          execution_id: execution.id,
          price: formatFixed(execution.price),
          qty: formatFixed(execution.quantity),
          position_qty: formatFixed(execution.positionQuantity),
          ...(execution.previousId === undefined ? {} : { previous_execution_id: execution.previousId }),
        }
      : {}),
    order: renderOrder(update.order),
  };
}
