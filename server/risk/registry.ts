/** All controls, in the order in which they are asked; refusals are told in this order. */
import type { Limits } from '#server/domain/limits.ts';
import type { Control } from './control.ts';
import { accountBlocked } from './controls/account-blocked.ts';
import { booksDrift } from './controls/books-drift.ts';
import { buyingPower } from './controls/buying-power.ts';
import { cancelsPerMinute } from './controls/cancels-per-minute.ts';
import { clockSkew } from './controls/clock-skew.ts';
import { clusterExposure } from './controls/cluster-exposure.ts';
import { concentration } from './controls/concentration.ts';
import { dailyLoss } from './controls/daily-loss.ts';
import { drawdown } from './controls/drawdown.ts';
import { duplicateIntent } from './controls/duplicate-intent.ts';
import { exitsKnown } from './controls/exits-known.ts';
import { expectedShortfall } from './controls/expected-shortfall.ts';
import { grossExposure } from './controls/gross-exposure.ts';
import { killLevel } from './controls/kill-level.ts';
import { leverage } from './controls/leverage.ts';
import { locked } from './controls/locked.ts';
import { loopLag } from './controls/loop-lag.ts';
import { marginExcess } from './controls/margin-excess.ts';
import { netExposure } from './controls/net-exposure.ts';
import { nothingInFlight } from './controls/nothing-in-flight.ts';
import { openOrders } from './controls/open-orders.ts';
import { orderNotional } from './controls/order-notional.ts';
import { orderQuantity } from './controls/order-quantity.ts';
import { ordersHeard } from './controls/orders-heard.ts';
import { ordersPerMinute } from './controls/orders-per-minute.ts';
import { positionSize } from './controls/position-size.ts';
import { precision } from './controls/precision.ts';
import { priceCollar } from './controls/price-collar.ts';
import { priceFresh } from './controls/price-fresh.ts';
import { priceJump } from './controls/price-jump.ts';
import { priceKnown } from './controls/price-known.ts';
import { quantity } from './controls/quantity.ts';
import { quickLoss } from './controls/quick-loss.ts';
import { reconciled } from './controls/reconciled.ts';
import { reduceOnly } from './controls/reduce-only.ts';
import { rejectedOrders } from './controls/rejected-orders.ts';
import { repeatedOrders } from './controls/repeated-orders.ts';
import { sectorExposure } from './controls/sector-exposure.ts';
import { selfTrade } from './controls/self-trade.ts';
import { sessionEdges } from './controls/session-edges.ts';
import { sessionOpen } from './controls/session-open.ts';
import { shortSale } from './controls/short-sale.ts';
import { spread } from './controls/spread.ts';
import { statementFresh } from './controls/statement-fresh.ts';
import { tradable } from './controls/tradable.ts';
import { tradingHalt } from './controls/trading-halt.ts';
import { unfilledOrders } from './controls/unfilled-orders.ts';
import { volumeShare } from './controls/volume-share.ts';
import { weeklyLoss } from './controls/weekly-loss.ts';

export const controls: readonly Control[] = [
  killLevel,
  quantity,
  reduceOnly,
  reconciled,
  statementFresh,
  booksDrift,
  accountBlocked,
  tradable,
  locked,
  precision,
  sessionOpen,
  sessionEdges,
  tradingHalt,
  priceKnown,
  priceFresh,
  priceJump,
  spread,
  ordersHeard,
  clockSkew,
  loopLag,
  priceCollar,
  orderQuantity,
  orderNotional,
  volumeShare,
  positionSize,
  grossExposure,
  leverage,
  netExposure,
  concentration,
  sectorExposure,
  clusterExposure,
  expectedShortfall,
  marginExcess,
  buyingPower,
  shortSale,
  openOrders,
  ordersPerMinute,
  cancelsPerMinute,
  repeatedOrders,
  duplicateIntent,
  selfTrade,
  unfilledOrders,
  rejectedOrders,
  dailyLoss,
  weeklyLoss,
  quickLoss,
  drawdown,
  exitsKnown,
  nothingInFlight,
];

/** Asked of orders that only reduce. */
export const always: readonly Control[] = controls.filter(({ asks }) => asks === 'always');

/** What it refuses is refused for now. */
export const SESSION_RULE = sessionOpen.name;

/** What the engine counts in milliseconds, the configuration says in minutes. */
const IN_MINUTES: Partial<Record<keyof Limits, string>> = {
  closingCutoffMs: 'closingCutoffMinutes',
  openingDelayMs: 'openingDelayMinutes',
};

/** The key of the limit that a control holds, as the configuration spells it. */
export const settingOf = ({ limit }: Pick<Control, 'limit'>): string | undefined =>
  limit === undefined ? undefined : (IN_MINUTES[limit] ?? limit);

/** The same of the control that a refusal names. */
export function limitOf(rule: string): string | undefined {
  const control = controls.find(({ name }) => name === rule);
  return control === undefined ? undefined : settingOf(control);
}
