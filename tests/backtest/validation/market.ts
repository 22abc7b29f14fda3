/** A seeded market in columns, for tests that need bars and not what is in them. */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { roll, seededChance } from '#server/exchange/random.ts';

/** `drift` is added to each bar's move: 0.001 is a tenth of a percent. */
export function market(length: number, seed: number, drift = 0): BarColumns {
  const chance = seededChance(seed);
  const closes = [100];
  for (let i = 1; i < length; i++) closes.push(Math.max(1, (closes[i - 1] as number) * (1 + drift + (roll(chance) - 0.5) / 50)));
  const column = (of: (close: number, i: number) => number): Float64Array => Float64Array.from(closes, of);
  return {
    symbol: 'AAA' as AssetSymbol,
    timeframe: MINUTE,
    length,
    startsAt: column((_, i) => 1_600_000_020_000 + i * 60_000),
    endsAt: column((_, i) => 1_600_000_080_000 + i * 60_000),
    open: column((close, i) => closes[i - 1] ?? close),
    high: column((close, i) => Math.max(close, closes[i - 1] ?? close) * 1.001),
    low: column((close, i) => Math.min(close, closes[i - 1] ?? close) * 0.999),
    close: column((close) => close),
    volume: column((_, i) => 100 + i),
  };
}
