/** Activities in Alpaca's words. */
import { withoutSlash } from '../../domain/ids.ts';
import { formatFixed } from '../../domain/money.ts';
import type { Activity, NonTradeActivity } from '../activity.ts';
import { stamp } from '../stamp.ts';

/** The account is named although Alpaca's trading host leaves that to its broker host: alpaca-py reads no activity without it. */
export function renderActivity(accountId: string, activity: Activity): Record<string, unknown> {
  if (activity.kind === 'nonTrade') return { account_id: accountId, ...renderNonTrade(activity) };
  return {
    id: activity.id,
    account_id: accountId,
    activity_type: 'FILL',
    transaction_time: stamp(activity.at),
    type: activity.partial ? 'partial_fill' : 'fill',
    price: formatFixed(activity.price),
    qty: formatFixed(activity.quantity),
    side: activity.side,
    symbol: activity.symbol,
    leaves_qty: formatFixed(activity.leaves),
    cum_qty: formatFixed(activity.cumulative),
    order_id: activity.orderId,
    order_status: activity.orderStatus,
  };
}

/** Keys that do not belong to a kind of activity are left out, as Alpaca leaves them out. */
function renderNonTrade(activity: NonTradeActivity): Record<string, unknown> {
  const { symbol, quantity, price, perShare, subType } = activity;
  return {
    id: activity.id,
    activity_type: activity.type,
    ...(subType === null ? {} : { activity_sub_type: subType }),
    date: activity.date,
    created_at: stamp(activity.at),
    net_amount: formatFixed(activity.netAmount),
    description: activity.description,
    ...(symbol === null ? {} : { symbol: withoutSlash(symbol) }),
    ...(quantity === null ? {} : { qty: formatFixed(quantity) }),
    ...(price === null ? {} : { price: formatFixed(price) }),
    ...(perShare === null ? {} : { per_share_amount: formatFixed(perShare) }),
    status: 'executed',
    currency: 'USD',
  };
}
