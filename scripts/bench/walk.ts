/** A seeded geometric walk of minute bars with cent prices: the same numbers on every machine. */
import type { Bar } from '#server/domain/bar.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';

/** Small, seeded, good enough for prices (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const cents = (price: number): number => Math.round(price * 100) / 100;

export function walk(symbol: string, count: number, seed: number): Bar[] {
  const random = seededRandom(seed);
  const bars: Bar[] = [];
  let price = 100;
  let at = Date.UTC(2020, 0, 2, 14, 30);
  for (let i = 0; i < count; i++) {
    const open = cents(price);
    price = Math.min(500, Math.max(20, price * Math.exp((random() + random() + random() - 1.5) * 0.0012)));
    const close = cents(price);
    const spread = random() * 0.05;
    bars.push({
      symbol: symbol as AssetSymbol,
      startsAt: at as Instant,
      endsAt: (at + MINUTE_MS) as Instant,
      open,
      high: cents(Math.max(open, close) + spread),
      low: cents(Math.min(open, close) - spread),
      close,
      volume: 100 + Math.floor(random() * 900),
    });
    at += MINUTE_MS;
  }
  return bars;
}
