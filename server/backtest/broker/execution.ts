/** How much of an order fills, and for how much: participation, slippage, commission, and what the account can carry. */
import type { Fee } from '#server/domain/fees.ts';
import { type Price, priceFromNumber, type Quantity, roundDownTo, UNIT } from '#server/domain/money.ts';
import type { Lane } from '../lane.ts';
import type { FillSettings } from '../request.ts';
import type { Account } from './account.ts';
import { feeOf } from './commission.ts';
import type { WorkingOrder } from './order.ts';
import { slipped } from './slippage.ts';

export interface Execution {
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Fee;
  /** Why the rest can not be carried, when only what closes could. */
  readonly cut: string | undefined;
}

/** It fills so far; nothing of it fits into the bar; or the account can not carry it. */
export type Outcome = Execution | 'nothing' | { readonly refused: string };

export interface Offer {
  readonly order: WorkingOrder;
  readonly lane: Lane;
  /** Where the bar meets the order. */
  readonly price: number;
  /** The order was there before the price came to it. */
  readonly rested: boolean;
}

const MOST_VOLUME = 1e200;

/** What the order's volume cap still leaves of the lane's bar; nothing when there is no cap. */
function roomIn(lane: Lane, { maxParticipation }: FillSettings): Quantity | undefined {
  if (maxParticipation === undefined) return undefined;
  const part = BigInt(Math.round(maxParticipation * 1e9));
  // Beyond any order, and finite: what a file claims may be neither.
  const volume = BigInt(Math.round(Math.min(lane.volume, MOST_VOLUME) * 1e9));
  const most = roundDownTo((volume * part) / UNIT, lane.instrument.quantityStep);
  const taken = lane.takenAt === lane.startsAt ? lane.taken : 0n;
  return (most > taken ? most - taken : 0n) as Quantity;
}

function exactPrice({ order, price }: Offer): Price {
  if (price === order.limit && order.limitPrice !== undefined) return order.limitPrice;
  if (price === order.stop && order.stopNow !== undefined) return order.stopNow;
  return priceFromNumber(price);
}

const takesMarketPrice = (order: WorkingOrder): boolean =>
  order.type === 'market' || order.type === 'stop' || order.type === 'trailing_stop';

/** A limit's price is the limit's or better; all others slip. */
function priceOf(settings: FillSettings, account: Account, offer: Offer, quantity: Quantity): Price {
  const { order, lane } = offer;
  const price = exactPrice(offer);
  const { side } = order;
  if (!takesMarketPrice(order)) return settings.model.kind === 'quote' ? acrossTheSpread(settings, order, price) : price;
  const opens = account.closing(lane.slot, side, quantity) < quantity;
  return slipped(settings, { side, price, quantity, opens, high: lane.high, low: lane.low, volume: lane.volume });
}

/** The trade price that let the limit fill lies half a spread away from the limit. */
function acrossTheSpread(settings: FillSettings, order: WorkingOrder, price: Price): Price {
  const { side, limitPrice } = order;
  const free = { ...settings, slippage: { kind: 'none' as const }, slipsBeyondBar: true };
  const crossed = slipped(free, { side, price, quantity: 0n as Quantity, opens: false, high: 0, low: 0, volume: 0 });
  const isBeyond = limitPrice !== undefined && (side === 'buy' ? crossed > limitPrice : crossed < limitPrice);
  return isBeyond ? limitPrice : crossed;
}

const least = (a: Quantity, b: Quantity | undefined): Quantity => (b !== undefined && b < a ? b : a);

export function execute(settings: FillSettings, account: Account, offer: Offer): Outcome {
  const { order, lane } = offer;
  const room = roomIn(lane, settings);
  const guess = order.left ?? ((((order.notional ?? 0n) * UNIT) / exactPrice(offer)) as Quantity);
  const price = priceOf(settings, account, offer, least(guess, room));
  // A notional order becomes a quantity at the price of its first fill.
  order.left ??= (((order.notional ?? 0n) * UNIT) / price) as Quantity;
  if (order.left <= 0n) return { refused: 'its notional buys less than a billionth' };
  if (order.timeInForce === 'fok' && room !== undefined && room < order.left) return 'nothing';
  const quantity = least(order.left, room);
  return quantity === 0n ? 'nothing' : carried(settings, account, offer, quantity, price);
}

/** As much as the account carries: all of it, or the part that only closes. */
function carried(settings: FillSettings, account: Account, offer: Offer, quantity: Quantity, price: Price): Outcome {
  const { order, lane, rested } = offer;
  const { side } = order;
  const priced = (of: Quantity, cut?: string): Execution => ({
    quantity: of,
    price,
    fee: feeOf(settings.commission, lane.instrument, { side, quantity: of, price, rested }),
    cut,
  });
  const whole = priced(quantity);
  const objection = account.objection(lane.slot, { side, quantity, price }, whole.fee);
  if (objection === undefined) return whole;
  const closing = account.closing(lane.slot, side, quantity);
  return closing > 0n ? priced(closing, objection) : { refused: objection };
}
