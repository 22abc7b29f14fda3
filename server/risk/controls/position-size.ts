/** P19 position limit, with everything that is out: the worst that it can become. */
import type { Market } from '#server/domain/books.ts';
import { absolute, formatFixed, notional, type Quantity, toNumber, ZERO_MONEY } from '#server/domain/money.ts';
import { unfilled } from '#server/domain/order.ts';
import { marketValueOf, reservedBy, reservedByOthers } from '#server/domain/valuation.ts';
import type { Control, Standing } from '../control.ts';
import { under, worstMarket } from '../reading.ts';

function worth({ books }: Standing, market: Market): number | undefined {
  const ofOthers = reservedByOthers(books, market.symbol);
  if (ofOthers === undefined) return undefined;
  return toNumber(absolute(marketValueOf(market)) + reservedBy(market) + ofOthers);
}

export const positionSize: Control = {
  name: 'positionSize',
  id: 'P19',
  term: 'position limit',
  answers: 'RTS 6 Art 8, FIA maximum intraday position',
  limit: 'maxPositionNotional',
  asks: 'opening',
  rule: ({ intent, books, market, limits }) => {
    let after = market.position.quantity + (intent.side === 'buy' ? intent.quantity : -intent.quantity);
    for (const order of market.openOrders) if (order.purpose === 'open') after += order.side === 'buy' ? unfilled(order) : -unfilled(order);
    const ofOthers = reservedByOthers(books, market.symbol) ?? ZERO_MONEY;
    const value = notional(intent.expectedPrice, absolute(after) as Quantity) + ofOthers;
    return value > limits.maxPositionNotional
      ? `the position would be $${formatFixed(value)}, at most $${formatFixed(limits.maxPositionNotional)}`
      : undefined;
  },
  measure: (standing) =>
    worstMarket(standing, (market) =>
      under(worth(standing, market), toNumber(standing.limits.maxPositionNotional), 'dollars', market.symbol),
    ),
};
