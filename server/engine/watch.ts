/** One bar against the exits of a position, with the levels as they stood before it: what happened first inside of a bar nobody knows. */
import type { Bar } from '#server/domain/bar.ts';
import type { Market } from '#server/domain/books.ts';
import type { Guard } from '#server/domain/exits.ts';
import type { ExitRule } from '#server/domain/order.ts';
import { relevel } from './episode.ts';

/** The rule that the bar touched, the stop before the target; then the best price and the levels go on. */
export function watch(market: Market, guard: Guard, bar: Bar): ExitRule | undefined {
  const { episode, levels, policy, gauge } = guard;
  if (episode === undefined) return undefined;
  const isLong = episode.side > 0;
  const [best, worst] = isLong ? [bar.high, bar.low] : [bar.low, bar.high];
  const touched = touchedBy(guard, isLong, best, worst, bar.endsAt);
  const isBetter = isLong ? best > episode.best : best < episode.best;
  const hasRange = policy.range !== undefined && Number.isNaN(episode.range) && gauge !== undefined && !Number.isNaN(gauge.value);
  if (isBetter) episode.best = best;
  if (hasRange) episode.range = gauge.value;
  if (isBetter || hasRange) {
    const [stop, target] = [levels.stop, levels.target];
    relevel(market, guard);
    guard.hasMoved ||= !Object.is(stop, levels.stop) || !Object.is(target, levels.target);
  }
  return touched;
}

function touchedBy({ levels, policy, episode }: Guard, isLong: boolean, best: number, worst: number, endsAt: number): ExitRule | undefined {
  if (isLong ? worst <= levels.stop : worst >= levels.stop) return levels.stopRule;
  if (isLong ? best >= levels.target : best <= levels.target) return 'takeProfit';
  const isOver = policy.timeStopMs !== undefined && episode !== undefined && endsAt - episode.openedAt >= policy.timeStopMs;
  return isOver ? 'timeStop' : undefined;
}
