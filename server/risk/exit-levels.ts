/** Where a position is left: from its entry, its best price and the range when it began. Long ones below and above, short ones mirrored. */
import type { Distance, Episode, ExitLevels, ExitPolicy } from '#server/domain/exits.ts';
import type { ExitRule } from '#server/domain/order.ts';

/** In dollars; NaN when the range is not known. */
export const dollarsOf = (distance: Distance, price: number, range: number): number =>
  'percent' in distance ? (price * distance.percent) / 100 : distance.ranges * range;

/** Dollars between a price and the nearest of the stops that are set from the beginning; NaN without any, or while one is not known. */
export function stopDistanceOf(policy: ExitPolicy | undefined, price: number, range: number): number {
  const { stopLoss, trailingStop } = policy ?? {};
  const distances = [stopLoss, trailingStop].filter((one) => one !== undefined).map((one) => dollarsOf(one, price, range));
  return distances.length === 0 ? Number.NaN : Math.min(...distances);
}

/** Dollars that the price must have gone our way before the stop moves to the entry; NaN where that is not known, or not asked for. */
function evenAfter(policy: ExitPolicy, entry: number, range: number): number {
  const { breakEven } = policy;
  if (breakEven === undefined) return Number.NaN;
  return 'risks' in breakEven ? breakEven.risks * stopDistanceOf(policy, entry, range) : dollarsOf(breakEven, entry, range);
}

/** A stop is not moved for less than this part of its distance: each move costs a moment without it. */
const SLACK = 0.1;

/** How far a stop that waits at the broker may be from where it should be. */
export function slackOf(policy: ExitPolicy, { range }: Episode, rule: ExitRule, entry: number): number {
  if (rule === 'breakEven') return SLACK * evenAfter(policy, entry, range);
  const distance = rule === 'timeStop' ? undefined : policy[rule];
  return distance === undefined ? 0 : SLACK * dollarsOf(distance, entry, range);
}

export function setLevels(levels: ExitLevels, policy: ExitPolicy, { side, best, range }: Episode, entry: number): void {
  levels.stop = Number.NaN;
  levels.stopRule = 'stopLoss';
  const raise = (price: number, rule: ExitRule): void => {
    // A stop at or below nothing never fires.
    if (!(price > 0) || (side === 1 ? price <= levels.stop : price >= levels.stop)) return;
    levels.stop = price;
    levels.stopRule = rule;
  };
  const { stopLoss, trailingStop, takeProfit, breakEvenOffsetPercent } = policy;
  if (stopLoss !== undefined) raise(entry - side * dollarsOf(stopLoss, entry, range), 'stopLoss');
  const offset = (entry * breakEvenOffsetPercent) / 100;
  const gain = side === 1 ? best - entry : entry - best;
  // Where the price has not been, no stop can stand behind it.
  if (gain >= evenAfter(policy, entry, range) && gain > offset) raise(entry + side * offset, 'breakEven');
  if (trailingStop !== undefined) raise(best - side * dollarsOf(trailingStop, best, range), 'trailingStop');
  const target = takeProfit === undefined ? Number.NaN : entry + side * dollarsOf(takeProfit, entry, range);
  levels.target = target > 0 ? target : Number.NaN;
}
