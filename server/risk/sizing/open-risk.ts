/** What all positions and open entries that Kelly sizes can lose until their stops have sold them, over all portfolios. */
import type { Books, Market } from '#server/domain/books.ts';
import { absolute, toNumber } from '#server/domain/money.ts';
import { unfilled } from '#server/domain/order.ts';
import type { Kelly } from '#server/domain/sizing.ts';
import { markOf } from '#server/domain/valuation.ts';
import { stopDistanceOf } from '../exit-levels.ts';
import { unitRiskOf } from './unit-risk.ts';

/** Dollars; not a number where something has no price. */
export function openKellyRisk({ markets }: Books): number {
  let dollars = 0;
  for (const market of markets.values()) {
    const policy = market.portfolio?.sizing;
    if (policy?.kind === 'kelly') dollars += riskOf(market, policy);
  }
  return dollars;
}

function riskOf(market: Market, policy: Kelly): number {
  const { position, trade, openOrders } = market;
  const entering = openOrders.reduce((units, order) => (order.purpose === 'open' ? units + toNumber(unfilled(order)) : units), 0);
  const held = toNumber(absolute(position.quantity));
  if (held === 0 && entering === 0) return 0;
  const unit = unitRiskNow(market, policy);
  // What its first stop put at risk may be more than a stop from here would.
  const ofPosition = trade?.risk === undefined ? held * unit : Math.max(held * unit, toNumber(trade.risk));
  return ofPosition + entering * unit;
}

/** Without a stop that is known all of it may be lost. */
function unitRiskNow(market: Market, policy: Kelly): number {
  const mark = markOf(market);
  if (mark === undefined) return Number.NaN;
  const price = toNumber(mark);
  const stopDistance = stopDistanceOf(market.portfolio?.exits, price, market.guard?.gauge?.value ?? Number.NaN);
  const unit = unitRiskOf(policy, { price, stopDistance, measured: market.sizeGauge?.value ?? Number.NaN });
  return Number.isNaN(unit) ? price : unit;
}
