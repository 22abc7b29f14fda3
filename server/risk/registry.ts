/** All controls, in the order in which they are asked; refusals are told in this order. */
import type { Limits } from '#server/domain/plan.ts';
import type { Control } from './control.ts';
import { dailyLoss } from './controls/daily-loss.ts';
import { exitsKnown } from './controls/exits-known.ts';
import { grossExposure } from './controls/gross-exposure.ts';
import { killLevel } from './controls/kill-level.ts';
import { locked } from './controls/locked.ts';
import { nothingInFlight } from './controls/nothing-in-flight.ts';
import { openOrders } from './controls/open-orders.ts';
import { orderNotional } from './controls/order-notional.ts';
import { ordersHeard } from './controls/orders-heard.ts';
import { ordersPerMinute } from './controls/orders-per-minute.ts';
import { positionSize } from './controls/position-size.ts';
import { priceFresh } from './controls/price-fresh.ts';
import { priceKnown } from './controls/price-known.ts';
import { quantity } from './controls/quantity.ts';
import { reconciled } from './controls/reconciled.ts';
import { reduceOnly } from './controls/reduce-only.ts';
import { sessionOpen } from './controls/session-open.ts';
import { tradable } from './controls/tradable.ts';

export const controls: readonly Control[] = [
  killLevel,
  quantity,
  reduceOnly,
  reconciled,
  tradable,
  locked,
  sessionOpen,
  priceKnown,
  priceFresh,
  ordersHeard,
  orderNotional,
  positionSize,
  grossExposure,
  openOrders,
  ordersPerMinute,
  dailyLoss,
  exitsKnown,
  nothingInFlight,
];

/** Asked of orders that only reduce. */
export const always: readonly Control[] = controls.filter(({ asks }) => asks === 'always');

/** What it refuses is refused for now. */
export const SESSION_RULE = sessionOpen.name;

/** The key of the limit that a rule holds, as the configuration spells it. */
export const limitOf = (rule: string): keyof Limits | undefined => controls.find(({ name }) => name === rule)?.limit;
