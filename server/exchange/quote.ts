/**
 * Quotes derived from bars. Where only minute bars are at hand, a minute is walked as
 * open → first extreme → second extreme → close at +0 s, +20 s, +40 s and +59.999 s: O, L, H, C when the close is not
 * below the open, else O, H, L, C. Each of the four prices is a trade, and around it stands a quote:
 * bid and ask = price ∓ half spread, where the half spread is the larger of half a tick and `halfSpreadBps` of the
 * price, rounded to the nearest tick, the ask at least one tick above the bid. Sizes are not modelled: paper does not
 * compare an order with the book's size either.
 */
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { type Instrument, priceStepAt } from '../domain/instrument.ts';
import { basisPointsOf, type Price, priceFromNumber } from '../domain/money.ts';
import { type Instant, MINUTE_MS } from '../domain/time.ts';
import { isQuiet } from './quiet-bars.ts';

export interface Quote {
  readonly symbol: AssetSymbol;
  readonly at: Instant;
  readonly bid: Price;
  readonly ask: Price;
  /** The trade that moved it. */
  readonly last: Price;
  /** Size of that trade: where it is derived, a quarter of the bar's volume. */
  readonly size: number;
  /** Derived trades are numbered by minute and step, recorded ones in their order. */
  readonly tradeId: number;
  /** When that trade was, where it was before the quote. */
  readonly tradedAt?: Instant;
  /** Recorded sizes in shares. */
  readonly bidSize?: number;
  readonly askSize?: number;
  /** Recorded exchange codes, of the quote or of the trade. */
  readonly venue?: string;
}

/** Milliseconds after a minute's start at which its four prices trade. */
export const WALK_AT: readonly number[] = [0, 20_000, 40_000, 59_999];

/** The price of a bar at step 0 to 3 of the walk. */
export function walkedPrice(bar: Bar, step: number): number {
  const rising = bar.close >= bar.open;
  switch (step) {
    case 0:
      return bar.open;
    case 1:
      return rising ? bar.low : bar.high;
    case 2:
      return rising ? bar.high : bar.low;
    default:
      return bar.close;
  }
}

const roundTo = (value: bigint, step: bigint): bigint => ((value + step / 2n) / step) * step;

export interface QuoteSource {
  readonly instrument: Instrument;
  readonly halfSpreadBps: number;
}

/** The quote around a traded price. */
export function quoteAround(source: QuoteSource, price: number): { bid: Price; ask: Price; last: Price } {
  const last = priceFromNumber(price);
  const tick: bigint = priceStepAt(source.instrument, last);
  const wide = basisPointsOf(last, source.halfSpreadBps);
  const half = wide > tick / 2n ? wide : tick / 2n;
  const lowest = roundTo(last - half, tick);
  const bid = lowest > 0n ? lowest : tick;
  const highest = roundTo(last + half, tick);
  const ask = highest > bid ? highest : bid + tick;
  return { bid: bid as Price, ask: ask as Price, last };
}

/** Whether a bar says anything at a step of its walk: one without volume whose price stands still says it once. */
export const walksAt = (bar: Bar, step: number): boolean => step === 0 || !isQuiet(bar) || bar.high !== bar.low;

/** A quote that no trade made: the last trade is the one before it. */
export function afterTradeOf(quote: Quote, before: Quote | undefined): Quote {
  if (!before) return { ...quote, size: 0, tradeId: 0 };
  const { last, size, tradeId, tradedAt = before.at } = before;
  return { ...quote, last, size, tradeId, tradedAt };
}

/** The quote and trade that a bar makes at a step of its walk. */
export function derivedQuote(source: QuoteSource, bar: Bar, step: number): Quote {
  const share = bar.volume / WALK_AT.length;
  return {
    symbol: bar.symbol,
    at: (bar.startsAt + (WALK_AT[step] ?? 0)) as Instant,
    ...quoteAround(source, walkedPrice(bar, step)),
    size: source.instrument.assetClass === 'crypto' ? Math.round(share * 1e9) / 1e9 : Math.max(1, Math.round(share)),
    tradeId: Math.floor(bar.startsAt / MINUTE_MS) * WALK_AT.length + step,
  };
}
