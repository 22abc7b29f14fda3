/**
 * When an opening order leaves, everything held and open at the broker stays within the limit, whoever gave it: counted from the exchange, and
 * by nothing of the product's own. Only the market may carry it beyond, and what somebody did by hand that the daemon was not told of yet.
 */
import { formatFixed, type Money, notional, type Price, type Quantity } from '#server/domain/money.ts';
import { remainingQuantity } from '#server/exchange/order.ts';
import type { Evidence, Placed } from '../world/evidence.ts';
import { marketValuesOf, type TrueOrder } from '../world/truth.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

/** What prices may have moved between the decision and now, in percent. */
const MOVED_PERCENT = 8n;

const legs = (id: string): string => (id.endsWith('s') ? id.slice(0, -1) : id);

/** An order of our own at the price that it was decided at, any other at the price that the exchange reserves for it. */
function openingValue({ durable }: Evidence, { order }: TrueOrder): bigint {
  if (order.reservePrice === 0n) return 0n;
  const own = durable.placed.get(legs(order.clientOrderId));
  if (own?.intent.purpose === 'reduce') return 0n;
  return notional(own?.intent.expectedPrice ?? order.reservePrice, remainingQuantity(order));
}

/** What others gave, all of it, as long as nothing durable from before the decision says that the daemon knows. */
function unheardOf({ durable, truth }: Evidence, { seq }: Placed): bigint {
  const told = durable.alerts.filter((alert) => alert.code === 'externalOrder' && alert.seq < seq).map(({ text }) => text);
  let value = 0n;
  for (const { order, executions } of truth.orders.values()) {
    if (order.role !== 'entry' || durable.placed.has(order.clientOrderId)) continue;
    if (told.some((text) => text.includes(order.id) || text.includes(order.clientOrderId))) continue;
    for (const { price, quantity } of executions.values()) value += notional(price, quantity);
    value += notional(order.reservePrice, remainingQuantity(order));
  }
  return value;
}

export const inv15: Invariant = {
  name: 'INV-15 exposure within the limit when an order leaves',
  watch: (evidence) => ({
    onSend: (sent) => {
      if (!isOrderRequest(sent)) return undefined;
      const { durable, plan, truth, exchange } = evidence;
      const placed = durable.placed.get(orderIn(sent).clientOrderId);
      if (placed?.intent.purpose !== 'open') return undefined;
      const { expectedPrice, quantity } = placed.intent as { expectedPrice: Price; quantity: Quantity };
      let exposure: bigint = notional(expectedPrice, quantity);
      for (const value of marketValuesOf(exchange)) exposure += value < 0n ? -value : value;
      for (const order of truth.open()) exposure += openingValue(evidence, order);
      const limit = plan.plan.limits.maxGrossExposure;
      if (exposure * 100n <= limit * (100n + MOVED_PERCENT)) return undefined;
      exposure -= unheardOf(evidence, placed);
      if (exposure * 100n <= limit * (100n + MOVED_PERCENT)) return undefined;
      return `exposure is $${formatFixed(exposure as Money)}, the limit $${formatFixed(limit)}`;
    },
  }),
};
