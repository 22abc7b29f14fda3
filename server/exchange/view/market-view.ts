/** Bars, quotes and trades in Alpaca's words, for REST and, with `T` and `S`, for the streams. */
import { toNumber } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import type { RolledBar } from '../bar-history.ts';
import type { Quote } from '../quote.ts';
import { stamp, stampSeconds } from '../stamp.ts';

/** How an instant is written: as text, or as what the stream's codec makes a timestamp of. */
export type WriteTime = (at: Instant) => unknown;

const MICRO = 1e6;
const round = (value: number): number => Math.round(value * MICRO) / MICRO;

export function renderBar(bar: RolledBar, time: WriteTime = stampSeconds): Record<string, unknown> {
  const { open, high, low, close, volume, trades } = bar;
  const average = volume > 0 ? round(bar.traded / volume) : 0;
  return { t: time(bar.startsAt), o: open, h: high, l: low, c: close, v: volume, n: trades, vw: average };
}

type Market = 'stocks' | 'crypto';

/** Where sizes are not recorded they are nominal: a round lot, a coin. */
export function renderQuote(quote: Quote, market: Market, time: WriteTime = stamp): Record<string, unknown> {
  const bp = toNumber(quote.bid);
  const ap = toNumber(quote.ask);
  if (market === 'crypto') return { t: time(quote.at), bp, bs: quote.bidSize ?? 1, ap, as: quote.askSize ?? 1 };
  const x = quote.venue ?? 'V';
  return { t: time(quote.at), ax: x, ap, as: quote.askSize ?? 100, bx: x, bp, bs: quote.bidSize ?? 100, c: ['R'], z: 'C' };
}

/** A crypto taker bought when the trade was at the ask's side of the middle. */
export function renderTrade(quote: Quote, market: Market, time: WriteTime = stamp): Record<string, unknown> {
  const p = toNumber(quote.last);
  const { size: s, tradeId: i } = quote;
  const t = time(quote.tradedAt ?? quote.at);
  if (market === 'crypto') return { t, p, s, tks: quote.last * 2n >= quote.bid + quote.ask ? 'B' : 'S', i };
  return { t, x: quote.venue ?? 'V', p, s, c: s < 100 ? ['@', 'I'] : ['@'], i, z: 'C' };
}
