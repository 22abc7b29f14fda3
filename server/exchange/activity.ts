/** What happened to the account, in order of time: executions, and fees, dividends and splits. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Money, Price, Quantity } from '../domain/money.ts';
import { newYorkOffset } from '../domain/new-york.ts';
import type { Instant } from '../domain/time.ts';
import type { OrderSide, OrderStatus } from './order.ts';
import { stamp } from './stamp.ts';

export interface FillActivity {
  readonly kind: 'fill';
  readonly id: string;
  readonly at: Instant;
  readonly partial: boolean;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly side: OrderSide;
  readonly symbol: AssetSymbol;
  readonly leaves: Quantity;
  readonly cumulative: Quantity;
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
}

/** Fees of crypto and of regulators, dividends, splits, spin-offs, changes of names, money put in or taken out, and what the broker moves by itself. */
export type NonTradeType = 'CFEE' | 'FEE' | 'DIV' | 'SPLIT' | 'SPIN' | 'NC' | 'CSD' | 'CSW' | 'JNLC' | 'JNLS';

export interface NonTradeActivity {
  readonly kind: 'nonTrade';
  readonly id: string;
  readonly at: Instant;
  readonly type: NonTradeType;
  readonly subType: string | null;
  /** New York date. */
  readonly date: string;
  readonly netAmount: Money;
  readonly symbol: AssetSymbol | null;
  readonly quantity: Quantity | null;
  readonly price: Price | null;
  readonly perShare: Money | null;
  readonly description: string;
}

export type Activity = FillActivity | NonTradeActivity;

export const typeOf = (activity: Activity): string => (activity.kind === 'fill' ? 'FILL' : activity.type);

/** "20190211093000123::<execution id>", the time as New York's clocks show it. */
export function activityId(at: Instant, executionId: string): string {
  const text = stamp(at, newYorkOffset(at));
  const date = text.slice(0, 4) + text.slice(5, 7) + text.slice(8, 10);
  return `${date}${text.slice(11, 13)}${text.slice(14, 16)}${text.slice(17, 19)}${text.slice(20, 23)}::${executionId}`;
}
