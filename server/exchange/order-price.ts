/** The price at which an order is judged and reserves buying power, and the collars that the exchange puts on it. */
import type { AssetSymbol } from '../domain/ids.ts';
import { basisPointsOf, type Price, parsePrice, priceFromNumber } from '../domain/money.ts';
import type { Candidate } from './admission.ts';
import type { OrderSide } from './order.ts';
import { forbidden } from './refusal.ts';
import { trailedStop } from './stops.ts';
import { lastPrice, type World } from './world.ts';

const FIFTY_DOLLARS = parsePrice('50');
const SHORT_MARGIN_BPS = 300;

/** The limit of a buy stop that has fired: 4 % above its stop below $50, else 2.5 %. */
export const buyStopCollar = (stop: Price): Price => (stop + basisPointsOf(stop, stop < FIFTY_DOLLARS ? 400 : 250)) as Price;

/** The far side of the quote in the session, its middle in extended hours, the last trade when the market is closed. */
export function marketPrice(world: World, candidate: Pick<Candidate, 'asset'>, side: OrderSide): Price {
  const { symbol, assetClass } = candidate.asset.instrument;
  const quote = world.quotes.get(symbol);
  if (!quote || (assetClass !== 'crypto' && world.phase === 'closed')) return referencePrice(world, symbol);
  if (assetClass !== 'crypto' && world.phase !== 'core') return ((quote.bid + quote.ask) / 2n) as Price;
  return side === 'buy' ? quote.ask : quote.bid;
}

/** The last price; before a symbol's first trade the open of its first bar, as the close of the day before is not on the tape. */
function referencePrice(world: World, symbol: AssetSymbol): Price {
  const last = lastPrice(world, symbol);
  if (last !== undefined) return last;
  const first = world.tape.series.get(symbol)?.[0];
  return first
    ? priceFromNumber(first.open)
    : forbidden(`no price is known for ${symbol} yet; wait for its first bar, or give a limit price`);
}

/** Price that a purchase is judged at: its limit, else its stop with the collar, else the market with its collar. */
export function purchasePrice(world: World, candidate: Candidate): Price {
  if (candidate.limitPrice !== null) return candidate.limitPrice;
  if (candidate.stopPrice !== null) return buyStopCollar(candidate.stopPrice);
  const market = marketPrice(world, candidate, 'buy');
  if (candidate.type === 'trailing_stop') return buyStopCollar(trailedStop(candidate, market));
  if (candidate.asset.instrument.assetClass !== 'crypto') return market;
  return (market + basisPointsOf(market, world.settings.cryptoCollarPercent * 100)) as Price;
}

/** Value of a share sold short: the limit, or the ask and three percent when that is more. */
export function shortSalePrice(world: World, candidate: Candidate): Price {
  const { symbol } = candidate.asset.instrument;
  const ask = world.quotes.get(symbol)?.ask ?? referencePrice(world, symbol);
  const padded = ask + basisPointsOf(ask, SHORT_MARGIN_BPS);
  return ((candidate.limitPrice ?? 0n) > padded ? candidate.limitPrice : padded) as Price;
}
