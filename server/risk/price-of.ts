/** The price that an order is judged by, as a number: its limit, or what it is expected to trade at. */
import type { Intent } from '#server/domain/decision.ts';
import { toNumber } from '#server/domain/money.ts';
import { limitPriceOf } from '#server/domain/order-terms.ts';

export const priceOf = (intent: Intent): number =>
  toNumber((intent.type === 'oco' ? undefined : limitPriceOf(intent)) ?? intent.expectedPrice);
