/** An intent in the broker's words. Prices and quantities are decimal strings: the SDK would write small numbers as "1e-7". */
import type { trading } from '@alpacahq/alpaca-trade-api';
import type { Intent } from '#server/domain/decision.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { formatFixed } from '#server/domain/money.ts';
import type { IntentTerms, Trail } from '#server/domain/order-terms.ts';

type Request = trading.PostOrderRequest;
type Terms = Pick<Request, 'type' | 'limitPrice' | 'stopPrice' | 'trailPrice' | 'trailPercent' | 'orderClass' | 'takeProfit' | 'stopLoss'>;

const trailTerms = (trail: Trail): Pick<Request, 'trailPrice' | 'trailPercent'> =>
  'price' in trail ? { trailPrice: formatFixed(trail.price) } : { trailPercent: formatFixed(trail.percent) };

function wireTerms(terms: IntentTerms): Terms {
  switch (terms.type) {
    case 'market':
      return { type: 'market' };
    case 'limit':
      return { type: 'limit', limitPrice: formatFixed(terms.limitPrice) };
    case 'stop':
      return { type: 'stop', stopPrice: formatFixed(terms.stopPrice) };
    case 'stop_limit':
      return { type: 'stop_limit', stopPrice: formatFixed(terms.stopPrice), limitPrice: formatFixed(terms.limitPrice) };
    case 'trailing_stop':
      return { type: 'trailing_stop', ...trailTerms(terms.trail) };
    case 'oco':
      // The pair goes by its take-profit: the broker makes that the first order, and the stop-loss its leg.
      return {
        type: 'limit',
        orderClass: 'oco',
        takeProfit: { limitPrice: formatFixed(terms.limitPrice) },
        stopLoss: { stopPrice: formatFixed(terms.stopPrice) },
      };
    default:
      return terms satisfies never;
  }
}

/** What a replacement changes, and its own id: the quantity of the order stays as it is. */
export function newPrices(order: OrderId, intent: Intent): trading.PatchOrderRequest {
  const { limitPrice, stopPrice } = wireTerms(intent);
  return {
    clientOrderId: order,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
  };
}

export const orderRequest = (order: OrderId, intent: Intent): Request => ({
  // The same id on every attempt: the broker refuses the second, so nothing can be bought twice.
  clientOrderId: order,
  symbol: intent.symbol,
  side: intent.side,
  qty: formatFixed(intent.quantity),
  timeInForce: intent.timeInForce,
  ...wireTerms(intent),
});
