/** Wilder's directional movement on paper, with his sums as TA-Lib reads him: of two equal movements neither counts. */
import { type Column, combined, type Sheet } from './columns.ts';
import { absolute, type Decimal, over, total } from './decimal.ts';

/** The first sum has one movement less than the period; from then on a period's part of it leaves as one comes. */
function summed(moves: Column, period: number): Column {
  let sum = total(moves.slice(1, period) as Decimal[]);
  return moves.map((move, nth) => {
    if (nth < period) return undefined;
    sum = sum - sum / BigInt(period) + (move as Decimal);
    return sum;
  });
}

/** ADX, +DI and -DI. */
export function directional({ high, low }: Sheet, ranges: Column, period: number): readonly Column[] {
  const moves = (isUp: boolean): Column =>
    high.map((top, nth) => {
      if (nth === 0) return undefined;
      const rise = top - (high[nth - 1] as Decimal);
      const fall = (low[nth - 1] as Decimal) - (low[nth] as Decimal);
      const [own, other] = isUp ? [rise, fall] : [fall, rise];
      return own > other && own > 0n ? own : 0n;
    });
  const [ups, downs, trues] = [summed(moves(true), period), summed(moves(false), period), summed(ranges, period)];
  const share = (sums: Column): Column => combined([sums, trues], (sum, range) => (range === 0n ? 0n : over(100n * sum, range)));
  const [plus, minus] = [share(ups), share(downs)];
  let adx = 0n;
  const adxs = plus.map((up, nth) => {
    if (up === undefined) return undefined;
    const down = minus[nth] as Decimal;
    const isKnown = up + down > 0n;
    const dx = isKnown ? over(100n * absolute(up - down), up + down) : 0n;
    if (nth < 2 * period) adx += dx / BigInt(period);
    else if (isKnown) adx += (dx - adx) / BigInt(period);
    return nth < 2 * period - 1 ? undefined : adx;
  });
  return [adxs, plus, minus];
}
