/**
 * Minutes in which nobody traded a pair: crypto quotes go on, and Alpaca makes bars without volume of their middles.
 * Where quotes were recorded the middles are theirs; else the quote that the last trade left behind stands still. A hole
 * of more than a day is one in the recording and stays.
 */
import type { Bar } from '../domain/bar.ts';
import type { RecordedQuote } from '../domain/quote-file.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../domain/time.ts';

/** A bar of quotes alone. */
export const isQuiet = (bar: Pick<Bar, 'volume' | 'symbol'>): boolean => bar.volume === 0 && bar.symbol.includes('/');

export function withQuietBars(bars: readonly Bar[], quotes: readonly RecordedQuote[]): readonly Bar[] {
  const filled: Bar[] = [];
  let next = 0;
  for (const bar of bars) {
    const before = filled.at(-1);
    if (before && bar.startsAt - before.startsAt <= DAY_MS) {
      let middle = before.close;
      for (let at = before.endsAt; at < bar.startsAt; at = (at + MINUTE_MS) as Instant) {
        const middles: number[] = [];
        for (; next < quotes.length && (quotes[next]?.at ?? 0) < at + MINUTE_MS; next++) {
          const quote = quotes[next];
          if (quote && quote.at >= at) middles.push((quote.bid + quote.ask) / 2);
        }
        filled.push(quietBar(bar, at, middle, middles));
        middle = middles.at(-1) ?? middle;
      }
    }
    filled.push(bar);
  }
  return filled.length === bars.length ? bars : filled;
}

/** Opens at the middle of the quote that stood, and goes where the quotes go. */
function quietBar({ symbol }: Bar, startsAt: Instant, standing: number, middles: readonly number[]): Bar {
  const all = middles.length === 0 ? [standing] : middles;
  return {
    symbol,
    startsAt,
    endsAt: (startsAt + MINUTE_MS) as Instant,
    open: all[0] ?? standing,
    high: Math.max(...all),
    low: Math.min(...all),
    close: all.at(-1) ?? standing,
    volume: 0,
    trades: 0,
  };
}
