/** A seeded geometric walk of minute bars with cent prices: the same numbers on every machine. */
import type { Bar } from '#server/domain/bar.ts';
import { type BarColumns, barAt } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';

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

export const walk = (symbol: string, count: number, seed: number): Bar[] => {
  const columns = walkColumns(symbol, count, seed);
  return Array.from({ length: count }, (_, nth) => barAt(columns, nth));
};

/** The same as columns. */
export function walkColumns(symbol: string, count: number, seed: number): BarColumns {
  const random = seededRandom(seed);
  const column = (): Float64Array => new Float64Array(count);
  const [startsAt, endsAt, opens, highs, lows, closes, volumes] = [column(), column(), column(), column(), column(), column(), column()];
  let price = 100;
  let at = Date.UTC(2020, 0, 2, 14, 30);
  for (let i = 0; i < count; i++) {
    const open = cents(price);
    price = Math.min(500, Math.max(20, price * Math.exp((random() + random() + random() - 1.5) * 0.0012)));
    const close = cents(price);
    const spread = random() * 0.05;
    startsAt[i] = at;
    endsAt[i] = at + MINUTE_MS;
    opens[i] = open;
    highs[i] = cents(Math.max(open, close) + spread);
    lows[i] = cents(Math.min(open, close) - spread);
    closes[i] = close;
    volumes[i] = 100 + Math.floor(random() * 900);
    at += MINUTE_MS;
  }
  const prices = { open: opens, high: highs, low: lows, close: closes, volume: volumes };
  return { symbol: symbol as AssetSymbol, timeframe: MINUTE, length: count, startsAt, endsAt, ...prices };
}
