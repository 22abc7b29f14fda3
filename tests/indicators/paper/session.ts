/** The session's VWAP on paper: days by the time-zone database, which the kernel does without; sums begun anew for each bar. */
import type { Candle } from '#server/indicators/usable.ts';
import { type Decimal, decimal, over, times, total } from './decimal.ts';

const formats = {
  newYork: new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }),
  utc: new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC' }),
} as const;

/** Σ typical price × volume / Σ volume since midnight; the typical price while nothing was traded. */
export function sessionVwap(bars: readonly Candle[], zone: keyof typeof formats): Decimal[] {
  const days = bars.map((bar) => formats[zone].format(bar.startsAt));
  const typical = bars.map(({ high, low, close }) => total([high, low, close].map(decimal)) / 3n);
  const volumes = bars.map(({ volume }) => decimal(volume));
  return bars.map((_, nth) => {
    const first = days.indexOf(days[nth]!);
    const traded = total(volumes.slice(first, nth + 1));
    if (traded === 0n) return typical[nth]!;
    const money = total(volumes.slice(first, nth + 1).map((volume, later) => times(typical[first + later]!, volume)));
    return over(money, traded);
  });
}
