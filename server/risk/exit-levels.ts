/** Where a position is left: from its entry, its best price and the range when it began. Long ones below and above, short ones mirrored. */
import type { Distance, Episode, ExitLevels, ExitPolicy } from '#server/domain/exits.ts';
import type { ExitRule } from '#server/domain/order.ts';

/** In dollars; NaN when the range is not known. */
export const dollarsOf = (distance: Distance, price: number, range: number): number =>
  'percent' in distance ? (price * distance.percent) / 100 : distance.ranges * range;

/** A stop is not moved for less than this part of its distance: each move costs a moment without it. */
const SLACK = 0.1;

/** How far a stop that waits at the broker may be from where it should be. */
export function slackOf(policy: ExitPolicy, { range }: Episode, rule: ExitRule, entry: number): number {
  const distance = rule === 'timeStop' ? undefined : policy[rule];
  return distance === undefined ? 0 : SLACK * dollarsOf(distance, entry, range);
}

export function setLevels(levels: ExitLevels, policy: ExitPolicy, { side, best, range }: Episode, entry: number): void {
  levels.stop = Number.NaN;
  levels.stopRule = 'stopLoss';
  const raise = (price: number, rule: ExitRule): void => {
    // A stop at or below nothing never fires.
    if (!(price > 0) || (price - levels.stop) * side <= 0) return;
    levels.stop = price;
    levels.stopRule = rule;
  };
  const { stopLoss, trailingStop, breakEven, takeProfit } = policy;
  if (stopLoss !== undefined) raise(entry - side * dollarsOf(stopLoss, entry, range), 'stopLoss');
  if (breakEven !== undefined && (best - entry) * side >= dollarsOf(breakEven, entry, range)) raise(entry, 'breakEven');
  if (trailingStop !== undefined) raise(best - side * dollarsOf(trailingStop, best, range), 'trailingStop');
  const target = takeProfit === undefined ? Number.NaN : entry + side * dollarsOf(takeProfit, entry, range);
  levels.target = target > 0 ? target : Number.NaN;
}
