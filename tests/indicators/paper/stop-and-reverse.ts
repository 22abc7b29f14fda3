/** Wilder's parabolic stop and reverse on paper, begun as TA-Lib begins it. */
import type { Column } from './columns.ts';
import { type Decimal, largest, smallest, times } from './decimal.ts';

interface Trade {
  readonly isLong: boolean;
  readonly extreme: Decimal;
  readonly factor: Decimal;
}

const first = (high: readonly Decimal[], low: readonly Decimal[], step: Decimal): { trade: Trade; stop: Decimal } => {
  const [rise, fall] = [(high[1] as Decimal) - (high[0] as Decimal), (low[0] as Decimal) - (low[1] as Decimal)];
  const isLong = !(fall > 0n && fall > rise);
  return {
    trade: { isLong, extreme: (isLong ? high[1] : low[1]) as Decimal, factor: step },
    stop: (isLong ? low[0] : high[0]) as Decimal,
  };
};

/** The stop of a bar is known before it; touched, the trade turns at the old extreme. */
export function stopAndReverse(high: readonly Decimal[], low: readonly Decimal[], step: Decimal, limit: Decimal): Column {
  const stepped = step < limit ? step : limit;
  let { trade, stop } = first(high, low, stepped);
  return high.map((top, nth) => {
    if (nth === 0) return undefined;
    // The bar before the second counts for the direction alone.
    const before = nth === 1 ? 1 : nth - 1;
    const bottom = low[nth] as Decimal;
    const [tops, bottoms] = [
      [high[before] as Decimal, top],
      [low[before] as Decimal, bottom],
    ];
    let shown = stop;
    if (trade.isLong ? bottom <= stop : top >= stop) {
      shown = trade.isLong ? largest([trade.extreme, ...tops]) : smallest([trade.extreme, ...bottoms]);
      trade = { isLong: !trade.isLong, extreme: trade.isLong ? bottom : top, factor: stepped };
    } else {
      const extreme = trade.isLong ? largest([trade.extreme, top]) : smallest([trade.extreme, bottom]);
      const faster = smallest([trade.factor + stepped, limit]);
      trade = { ...trade, extreme, factor: extreme === trade.extreme ? trade.factor : faster };
    }
    const next = shown + times(trade.factor, trade.extreme - shown);
    stop = trade.isLong ? smallest([next, ...bottoms]) : largest([next, ...tops]);
    return shown;
  });
}
