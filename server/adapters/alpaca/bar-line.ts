/** Bars of one stream in one unbroken line: what came while history was fetched waits behind it, nothing is told twice. */
import type { Bar } from '#server/domain/bar.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Tell } from '#server/runtime/ports.ts';
import type { History } from './bar-history.ts';

export interface BarLineOptions {
  readonly tell: Tell;
  /** Closed bars that are not known yet, in order of time; longer ones for symbols that begin. */
  readonly fetchMissing: (knownUntil: (symbol: AssetSymbol) => Instant | undefined) => Promise<History>;
  /** The end of the last bar that the books hold. */
  readonly lastBarEnd: (symbol: AssetSymbol) => Instant | undefined;
}

export interface BarLine {
  /** A live bar; resolves when it, and what had to be fetched before it, was told. */
  onBar(bar: Bar): Promise<void>;
  /** Fetches and tells what is missing, then the live bars that came meanwhile. */
  catchUp(): Promise<void>;
}

export function createBarLine({ tell, fetchMissing, lastBarEnd }: BarLineOptions): BarLine {
  const ends = new Map<AssetSymbol, Instant>();
  let waiting: Bar[] | undefined;
  /** Symbols whose first live bar of this connection has come. */
  const settled = new Set<AssetSymbol>();
  /** Before this instant nothing is missing: history was fetched when a bar that begins here had been published. */
  let completeUntil = 0;
  const knownUntil = (symbol: AssetSymbol): Instant | undefined => ends.get(symbol) ?? lastBarEnd(symbol);

  const deliver = (bar: Bar, history: boolean): void => {
    if (bar.startsAt < (knownUntil(bar.symbol) ?? 0)) return;
    ends.set(bar.symbol, bar.endsAt);
    tell({ kind: 'bar', bar, history });
  };
  const fill = async (first: readonly Bar[]): Promise<void> => {
    const live = [...first];
    waiting = live;
    try {
      const { longer, bars: missing } = await fetchMissing(knownUntil);
      for (const { timeframe, bar } of longer) tell({ kind: 'longerBar', timeframe, bar });
      const key = ({ symbol, startsAt }: Bar): string => `${symbol} ${startsAt}`;
      const isLive = new Set(live.map(key));
      // A bar that came by both ways is a live one: decisions hang on it.
      for (const bar of missing) if (!isLive.has(key(bar))) deliver(bar, true);
      for (const bar of live.sort((a, b) => a.startsAt - b.startsAt)) deliver(bar, false);
    } finally {
      // After a failure the link is given up, and the next one fetches what waited here.
      if (waiting === live) waiting = undefined;
    }
  };
  return {
    onBar: async (bar) => {
      if (waiting !== undefined) {
        waiting.push(bar);
        return;
      }
      const isFirst = !settled.has(bar.symbol);
      settled.add(bar.symbol);
      // The bar before a symbol's first live one may have been published before we listened, and after we had asked for history.
      if (isFirst && bar.startsAt > completeUntil && bar.startsAt !== knownUntil(bar.symbol)) {
        completeUntil = bar.startsAt;
        await fill([bar]);
      } else deliver(bar, false);
    },
    catchUp: async () => {
      settled.clear();
      completeUntil = 0;
      await fill([]);
    },
  };
}
