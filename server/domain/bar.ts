/** A Bar is a closed candle over [startsAt, endsAt); a forming candle has no type here. */
import type { AssetSymbol } from './ids.ts';
import { isPrice } from './money.ts';
import type { Instant } from './time.ts';

/** Prices and volume are statistics here, hence numbers; `priceFromNumber` makes money of them. */
export interface Bar {
  readonly symbol: AssetSymbol;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Where the source tells them: the average price by volume, and how many trades made the bar. */
  readonly vwap?: number;
  readonly trades?: number;
}

/** Why a candle can not be true, or nothing. */
export function barFault(bar: Pick<Bar, 'open' | 'high' | 'low' | 'close' | 'volume'>): string | undefined {
  const { open, high, low, close, volume } = bar;
  for (const [name, value] of Object.entries({ open, high, low, close })) {
    if (!Number.isFinite(value)) return `${name} is not a number`;
    if (value <= 0) return `${name} is ${value}, a price is above zero`;
    if (!isPrice(value)) return `${name} is ${value}, a price lies between a billionth and a million billions`;
  }
  if (!Number.isFinite(volume) || volume < 0) return `volume is ${volume}`;
  if (high < Math.max(open, close, low)) return `high ${high} is below open, low or close`;
  if (low > Math.min(open, close)) return `low ${low} is above open or close`;
  return undefined;
}
