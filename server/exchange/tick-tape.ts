/**
 * Recorded quotes and trades, which are played as they were where they are at hand: a symbol's minutes between its first
 * and its last tick are not walked. Without recorded quotes a quote stands around each trade; without recorded trades
 * there are none, and the last price is the middle of the quote.
 */
import type { Bar } from '../domain/bar.ts';
import type { AssetSymbol } from '../domain/ids.ts';
import { priceFromNumber } from '../domain/money.ts';
import type { RecordedQuote } from '../domain/quote-file.ts';
import { type Instant, MINUTE_MS } from '../domain/time.ts';
import type { RecordedTrade } from '../domain/trade-file.ts';
import { type Quote, type QuoteSource, quoteAround } from './quote.ts';
import { tapeSize } from './tape-size.ts';

/** A tick with its number among the ticks of its symbol, which is also a trade's id. */
export type Tick = (RecordedQuote | RecordedTrade) & { readonly number: number };

export interface TickTape {
  /** Of all symbols, in order of time. */
  readonly ticks: readonly Tick[];
  readonly bySymbol: ReadonlyMap<AssetSymbol, SymbolTicks>;
}

export interface SymbolTicks {
  readonly ticks: readonly Tick[];
  /** The minutes that the ticks cover. */
  readonly from: number;
  readonly to: number;
  readonly hasQuotes: boolean;
}

export function makeTickTape(recorded: readonly (RecordedQuote | RecordedTrade)[]): TickTape {
  const groups = new Map<AssetSymbol, (RecordedQuote | RecordedTrade)[]>();
  for (const tick of recorded) {
    const group = groups.get(tick.symbol);
    if (group) group.push(tick);
    else groups.set(tick.symbol, [tick]);
  }
  const bySymbol = new Map<AssetSymbol, SymbolTicks>();
  for (const [symbol, group] of groups) {
    const ticks = group.sort((a, b) => a.at - b.at).map((tick, index): Tick => ({ ...tick, number: index + 1 }));
    const [first, last] = [ticks[0], ticks.at(-1)];
    if (!first || !last) continue;
    const from = first.at - (first.at % MINUTE_MS);
    bySymbol.set(symbol, { ticks, from, to: last.at, hasQuotes: ticks.some(({ kind }) => kind === 'quote') });
  }
  return { ticks: [...bySymbol.values()].flatMap(({ ticks }) => ticks).sort((a, b) => a.at - b.at), bySymbol };
}

/** Whether a recorded minute of a symbol is told by its ticks. */
export function isRecorded({ bySymbol }: TickTape, bar: Pick<Bar, 'symbol' | 'startsAt'>): boolean {
  const known = bySymbol.get(bar.symbol);
  return known !== undefined && bar.startsAt >= known.from && bar.startsAt <= known.to;
}

/** What a tick makes of the quote before it. */
export function quoteOfTick(source: QuoteSource, tick: Tick, at: Instant, before: Quote | undefined, hasQuotes: boolean): Quote {
  const { symbol, number } = tick;
  const venue = tick.venue === '' ? {} : { venue: tick.venue };
  if (tick.kind === 'quote') {
    const [bid, ask] = [priceFromNumber(tick.bid), priceFromNumber(tick.ask)];
    const middle = ((bid + ask) / 2n) as typeof bid;
    const last = before
      ? { last: before.last, size: before.size, tradeId: before.tradeId, tradedAt: before.tradedAt ?? before.at }
      : { last: middle, size: 0, tradeId: 0 };
    return { symbol, at, bid, ask, ...last, bidSize: tapeSize(symbol, tick.bidSize), askSize: tapeSize(symbol, tick.askSize), ...venue };
  }
  const around = quoteAround(source, tick.price);
  const trade = { last: around.last, size: tapeSize(symbol, tick.size), tradeId: number, tradedAt: at, ...venue };
  if (hasQuotes && before) return { ...before, at, ...trade };
  return { symbol, at, ...around, ...trade };
}

/** Minute bars of ticks: of the trades, or of the middles of the quotes when there are no trades. */
export function barsOfTicks(symbol: AssetSymbol, recorded: readonly (RecordedQuote | RecordedTrade)[]): Bar[] {
  const trades = recorded.filter((tick): tick is RecordedTrade => tick.kind === 'trade');
  const prints =
    trades.length > 0
      ? trades
      : recorded.flatMap((tick) => (tick.kind === 'quote' ? [{ at: tick.at, price: (tick.bid + tick.ask) / 2, size: 0 }] : []));
  const byMinute = new Map<number, { price: number; size: number }[]>();
  for (const { at, price, size } of prints) {
    const minute = at - (at % MINUTE_MS);
    const list = byMinute.get(minute);
    if (list) list.push({ price, size });
    else byMinute.set(minute, [{ price, size }]);
  }
  return [...byMinute].sort(([a], [b]) => a - b).map(([minute, list]) => barOf(symbol, minute as Instant, list));
}

function barOf(symbol: AssetSymbol, startsAt: Instant, prints: readonly { price: number; size: number }[]): Bar {
  let [high, low, volume, traded] = [0, Number.POSITIVE_INFINITY, 0, 0];
  for (const { price, size } of prints) {
    high = Math.max(high, price);
    low = Math.min(low, price);
    volume += size;
    traded += price * size;
  }
  const open = prints[0]?.price ?? 0;
  const close = prints.at(-1)?.price ?? 0;
  const extras = volume > 0 ? { vwap: traded / volume, trades: prints.length } : {};
  return { symbol, startsAt, endsAt: (startsAt + MINUTE_MS) as Instant, open, high, low, close, volume, ...extras };
}
