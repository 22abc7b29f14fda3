/** A loop for one purpose: two running sums, a cross, a handful of checks, a position in numbers. Nothing it does is reusable. */
import type { BarColumns } from '#server/domain/bar-columns.ts';

const FAST = 20;
const SLOW = 50;

/** Final equity of 100,000 dollars that follow the cross of SMA 20 and SMA 50, a tenth of the equity each time. */
export function handWritten({ length, open, close }: BarColumns): number {
  const window = new Float64Array(SLOW);
  let [fastSum, slowSum, cash, held, side, pending, trades, peak] = [0, 0, 100_000, 0, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const [opens, closes] = [open[i] as number, close[i] as number];
    if (pending !== 0) {
      cash -= pending * opens;
      held += pending;
      pending = 0;
      trades++;
    }
    const slot = i % SLOW;
    const leavingFast = window[(i + SLOW - FAST) % SLOW] as number;
    fastSum += closes - (i >= FAST ? leavingFast : 0);
    slowSum += closes - (i >= SLOW ? (window[slot] as number) : 0);
    window[slot] = closes;
    const equity = cash + held * closes;
    if (equity > peak) peak = equity;
    if (i < SLOW - 1 || peak - equity > 1_000_000) continue;
    const difference = fastSum / FAST - slowSum / SLOW;
    const now = difference > 0 ? 1 : -1;
    if (difference === 0 || now === side) continue;
    if (side !== 0 && now > 0 && held === 0) pending = Math.floor((equity * 0.1) / closes);
    else if (now < 0 && held > 0) pending = -held;
    side = now;
  }
  return cash + held * (close[length - 1] ?? 0) + trades * 0;
}
