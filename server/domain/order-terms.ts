/** What kind of order it is, and at which prices: each kind has those that it needs and no others. */
import type { Percent, Price } from './money.ts';

/** How far a trailing stop stays behind the best price since it was placed: dollars, or a part of that price. */
export type Trail = { readonly price: Price } | { readonly percent: Percent };

export type OrderTerms =
  | { readonly type: 'market' }
  | { readonly type: 'limit'; readonly limitPrice: Price }
  /** A market order from the moment the price has reached the stop. */
  | { readonly type: 'stop'; readonly stopPrice: Price }
  /** A limit order from that moment. */
  | { readonly type: 'stop_limit'; readonly stopPrice: Price; readonly limitPrice: Price }
  | { readonly type: 'trailing_stop'; readonly trail: Trail };

/** A take-profit and a stop-loss for the same shares: what one of them sells, the other no longer does (one cancels the other). */
export interface OcoTerms {
  readonly type: 'oco';
  /** The take-profit's. */
  readonly limitPrice: Price;
  /** The stop-loss's. */
  readonly stopPrice: Price;
}

/** What can be asked of the broker in one request: a single order, or a pair of which one is filled. */
export type IntentTerms = OrderTerms | OcoTerms;

export const limitPriceOf = (terms: IntentTerms): Price | undefined => ('limitPrice' in terms ? terms.limitPrice : undefined);
export const stopPriceOf = (terms: IntentTerms): Price | undefined => ('stopPrice' in terms ? terms.stopPrice : undefined);
export const trailOf = (terms: IntentTerms): Trail | undefined => ('trail' in terms ? terms.trail : undefined);

/** The terms alone, of something that has more. */
export function termsOf(from: OrderTerms): OrderTerms {
  switch (from.type) {
    case 'market':
      return { type: from.type };
    case 'limit':
      return { type: from.type, limitPrice: from.limitPrice };
    case 'stop':
      return { type: from.type, stopPrice: from.stopPrice };
    case 'stop_limit':
      return { type: from.type, stopPrice: from.stopPrice, limitPrice: from.limitPrice };
    case 'trailing_stop':
      return { type: from.type, trail: from.trail };
    default:
      return from satisfies never;
  }
}
