/** Orders, executions and the account, as the broker words them. */

import { z } from 'zod';
import type { BrokerOrderId, ExecutionId, OrderId } from '#server/domain/ids.ts';
import type { Money, Price, Quantity } from '#server/domain/money.ts';
import type { Fill } from '#server/domain/order.ts';
import type { OrderView, PositionView } from '#server/domain/statement.ts';
import { fixed } from './decimal.ts';
import { moment, side, symbolOf } from './schema.ts';

const WireOrder = z.object({
  id: z.string().min(1),
  client_order_id: z.string().min(1),
  symbol: z.string().min(1),
  asset_class: z.string().nullish(),
  side,
  status: z.string(),
  qty: fixed.nullish(),
  filled_qty: fixed.nullish(),
  filled_avg_price: fixed.nullish(),
  notional: fixed.nullish().catch(undefined),
  limit_price: fixed.nullish().catch(undefined),
  stop_price: fixed.nullish().catch(undefined),
  updated_at: moment.nullish().catch(undefined),
  replaces: z.string().nullish(),
  replaced_by: z.string().nullish(),
});

function viewOf(wire: z.output<typeof WireOrder>): OrderView {
  const filled = (wire.filled_qty ?? 0n) as Quantity;
  return {
    id: wire.client_order_id as OrderId,
    brokerId: wire.id as BrokerOrderId,
    symbol: symbolOf(wire.symbol, wire.asset_class),
    side: wire.side,
    brokerStatus: wire.status,
    updatedAt: wire.updated_at ?? undefined,
    // An order that names dollars has no quantity until it is filled.
    quantity: (wire.qty ?? filled) as Quantity,
    filled,
    averageFillPrice: wire.filled_avg_price == null || wire.filled_avg_price === 0n ? undefined : (wire.filled_avg_price as Price),
    limitPrice: (wire.limit_price ?? undefined) as Price | undefined,
    stopPrice: (wire.stop_price ?? undefined) as Price | undefined,
    hasNoQuantity: wire.qty == null ? true : undefined,
    dollars: (wire.notional ?? undefined) as Money | undefined,
    replaces: (wire.replaces ?? undefined) as BrokerOrderId | undefined,
    replacedBy: (wire.replaced_by ?? undefined) as BrokerOrderId | undefined,
  };
}

export const Order = WireOrder.transform(viewOf);

/** An order with the orders that hang on it, as far as the broker lists them. */
export const OrderGroup = WireOrder.extend({
  order_class: z.string().nullish(),
  legs: z.array(Order).nullish(),
}).transform((wire) => ({ view: viewOf(wire), legs: wire.legs ?? [], isPair: wire.order_class === 'oco' }));
export type OrderGroup = z.output<typeof OrderGroup>;

export const Execution = z.object({ execution_id: z.string().min(1), price: fixed, qty: fixed, timestamp: moment, order: Order }).transform(
  ({ execution_id, price, qty, timestamp, order }): Fill => ({
    executionId: execution_id as ExecutionId,
    order: order.id,
    symbol: order.symbol,
    side: order.side,
    quantity: qty as Quantity,
    price: price as Price,
    at: timestamp,
  }),
);

/** That an execution was at another price or for another quantity, or never was: what is left of it, under its new name. */
export const Correction = z
  .object({ event: z.string(), execution_id: z.string().min(1), previous_execution_id: z.string().min(1) })
  .extend({ price: fixed, qty: fixed, timestamp: moment, order: Order })
  .transform(({ event, execution_id, previous_execution_id, price, qty, timestamp, order }) => ({
    previous: previous_execution_id as ExecutionId,
    fill: {
      executionId: execution_id as ExecutionId,
      order: order.id,
      symbol: order.symbol,
      side: order.side,
      quantity: (event === 'trade_bust' ? 0n : qty) as Quantity,
      price: price as Price,
      at: timestamp,
    } satisfies Fill,
  }));
export type Correction = z.output<typeof Correction>;

/** "20190211093000123::<execution id>": the part behind the colons is the stream's execution id. */
const executionIdOf = (activityId: string): ExecutionId => (activityId.split('::')[1] ?? activityId) as ExecutionId;

export const FillActivity = z
  .object({
    id: z.string().min(1),
    order_id: z.string().min(1),
    price: fixed,
    qty: fixed,
    side,
    symbol: z.string(),
    transaction_time: moment,
    cum_qty: fixed.nullish(),
  })
  .transform((wire) => ({
    activityId: wire.id,
    executionId: executionIdOf(wire.id),
    brokerId: wire.order_id as BrokerOrderId,
    symbol: wire.symbol,
    side: wire.side,
    quantity: wire.qty as Quantity,
    price: wire.price as Price,
    at: wire.transaction_time,
    filledAfter: (wire.cum_qty ?? undefined) as Quantity | undefined,
  }));
export type FillActivity = z.output<typeof FillActivity>;

const flag = z.boolean().nullish();

export const Account = z
  .object({
    account_number: z.string(),
    status: z.string(),
    cash: fixed,
    equity: fixed,
    buying_power: fixed,
    trading_blocked: flag,
    account_blocked: flag,
    trade_suspended_by_user: flag,
  })
  .transform((wire) => ({
    account: wire.account_number,
    status: wire.status,
    cash: wire.cash as Money,
    equity: wire.equity as Money,
    buyingPower: wire.buying_power as Money,
    isSuspended: wire.trade_suspended_by_user === true,
    tradingBlocked:
      wire.trading_blocked === true || wire.account_blocked === true || wire.trade_suspended_by_user === true || wire.status !== 'ACTIVE',
  }));
export type Account = z.output<typeof Account>;

export const Position = z
  .object({
    symbol: z.string().min(1),
    asset_class: z.string().nullish(),
    qty: fixed,
    side: z.string().nullish(),
    avg_entry_price: fixed,
  })
  .transform((wire): PositionView => {
    // A short position is negative on the wire; where only its side says so, it is believed too.
    const quantity = wire.side === 'short' && wire.qty > 0n ? -wire.qty : wire.qty;
    return {
      symbol: symbolOf(wire.symbol, wire.asset_class),
      quantity: quantity as Quantity,
      averageEntryPrice: wire.avg_entry_price as Price,
    };
  });

/** One item of the answer to "cancel all" and "close all". */
export const BatchItem = z.object({
  id: z.string().nullish(),
  symbol: z.string().nullish(),
  status: z.number(),
  body: z.object({ message: z.string().nullish() }).nullish().catch(undefined),
});
export type BatchItem = z.output<typeof BatchItem>;
