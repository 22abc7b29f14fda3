/** A loop for one purpose: two running sums, a cross, a handful of checks, a position in numbers. Nothing it does is reusable. */
import type { Bar } from '#server/domain/bar.ts';

const FAST = 20;
const SLOW = 50;

/** Final equity of 100,000 dollars that follow the cross of SMA 20 and SMA 50, a tenth of the equity each time. */
export function handWritten(bars: readonly Bar[]): number {
  const window = new Float64Array(SLOW);
  let [fastSum, slowSum, cash, held, side, pending, trades, peak] = [0, 0, 100_000, 0, 0, 0, 0, 0];
  for (let i = 0; i < bars.length; i++) {
    const bar = bars[i] as Bar;
    if (pending !== 0) {
      cash -= pending * bar.open;
      held += pending;
      pending = 0;
      trades++;
    }
    const slot = i % SLOW;
    const leavingFast = window[(i + SLOW - FAST) % SLOW] as number;
    fastSum += bar.close - (i >= FAST ? leavingFast : 0);
    slowSum += bar.close - (i >= SLOW ? (window[slot] as number) : 0);
    window[slot] = bar.close;
    const equity = cash + held * bar.close;
    if (equity > peak) peak = equity;
    if (i < SLOW - 1 || peak - equity > 1_000_000) continue;
    const difference = fastSum / FAST - slowSum / SLOW;
    const now = difference > 0 ? 1 : -1;
    if (difference === 0 || now === side) continue;
    if (side !== 0 && now > 0 && held === 0) pending = Math.floor((equity * 0.1) / bar.close);
    else if (now < 0 && held > 0) pending = -held;
    side = now;
  }
  return cash + held * (bars.at(-1)?.close ?? 0) + trades * 0;
}
