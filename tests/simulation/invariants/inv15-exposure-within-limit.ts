/**
 * When an opening order leaves, everything held and open at the broker stays within the limit, whoever gave it: counted from the exchange, and
 * by nothing of the product's own. Only the market may carry it beyond, and what somebody did by hand that the daemon was not told of yet.
 */
import { formatFixed, type Money, notional, type Price, type Quantity, UNIT } from '#server/domain/money.ts';
import { remainingQuantity } from '#server/exchange/order.ts';
import type { Evidence, Placed } from '../world/evidence.ts';
import { equityOf, marketValuesOf, type TrueOrder } from '../world/truth.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

/** What prices may have moved between the decision and now, in percent. */
const MOVED_PERCENT = 8n;

const legs = (id: string): string => (id.endsWith('s') ? id.slice(0, -1) : id);

/** An order of our own at the price that it was decided at. */
const openingValue = ({ intent }: Placed, { order }: TrueOrder): bigint =>
  intent.purpose === 'reduce' || order.reservePrice === 0n ? 0n : notional(intent.expectedPrice, remainingQuantity(order));

/** A trailing stop counts at the market: where it stands the broker says only to who asks. */
const priceOf = ({ order }: TrueOrder): Price =>
  order.trailPercent === null ? order.reservePrice : (((order.reservePrice * 100n * UNIT) / (100n * UNIT + order.trailPercent)) as Price);

/** All that is held and can still be added: of what others gave, at the price that the exchange reserves for it, only what goes beyond closing. */
function exposureOf({ durable, truth, exchange }: Evidence): bigint {
  const values = marketValuesOf(exchange);
  const others = new Map<string, { longer: bigint; shorter: bigint }>();
  let exposure = 0n;
  for (const value of values.values()) exposure += value < 0n ? -value : value;
  for (const one of truth.open()) {
    const own = durable.placed.get(legs(one.order.clientOrderId));
    if (own !== undefined) {
      exposure += openingValue(own, one);
      continue;
    }
    const symbol = one.order.symbol.replace('/', '');
    const held = values.get(symbol) ?? 0n;
    const { longer, shorter } = others.get(symbol) ?? { longer: held < 0n ? held : 0n, shorter: held > 0n ? -held : 0n };
    const value = notional(priceOf(one), remainingQuantity(one.order));
    const isLonger = one.order.side === 'buy';
    others.set(symbol, isLonger ? { longer: longer + value, shorter } : { longer, shorter: shorter + value });
  }
  for (const { longer, shorter } of others.values()) {
    const more = longer > shorter ? longer : shorter;
    if (more > 0n) exposure += more;
  }
  return exposure;
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

/** In dollars, or over the equity, whichever is less. */
function limitOf({ plan, exchange }: Evidence): bigint {
  const { maxGrossExposure, maxLeverage } = plan.plan.limits;
  const byLeverage = (equityOf(exchange) * BigInt(Math.round(maxLeverage * 1e6))) / 1_000_000n;
  return byLeverage < maxGrossExposure ? byLeverage : maxGrossExposure;
}

export const inv15: Invariant = {
  name: 'INV-15 exposure within the limit when an order leaves',
  watch: (evidence) => ({
    onSend: (sent) => {
      if (!isOrderRequest(sent)) return undefined;
      const { durable } = evidence;
      const placed = durable.placed.get(orderIn(sent).clientOrderId);
      if (placed?.intent.purpose !== 'open') return undefined;
      const { expectedPrice, quantity } = placed.intent as { expectedPrice: Price; quantity: Quantity };
      let exposure = notional(expectedPrice, quantity) + exposureOf(evidence);
      const limit = limitOf(evidence);
      if (exposure * 100n <= limit * (100n + MOVED_PERCENT)) return undefined;
      exposure -= unheardOf(evidence, placed);
      if (exposure * 100n <= limit * (100n + MOVED_PERCENT)) return undefined;
      return `exposure is $${formatFixed(exposure as Money)}, the limit $${formatFixed(limit as Money)}`;
    },
  }),
};
