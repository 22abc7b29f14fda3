/**
 * How much the result depends on the exact parameters: the best point against its neighbours in the grid. A plateau can be
 * believed, a peak that falls off on all sides was made for these bars.
 */
import type { Scored } from '../search/sample.ts';
import type { Point } from '../search/space.ts';

export interface Sensitivity {
  readonly best: Scored;
  /** Trials that differ from the best in one parameter, and there by one step of the values tried. */
  readonly neighbours: readonly Scored[];
  /** Median score of the neighbours. */
  readonly neighbourMedian: number | undefined;
  /** Neighbours' median over the best, where the best is above zero: near 1 is a plateau. */
  readonly plateau: number | undefined;
  /** For each parameter, how much of the score's variation it explains by itself, 0 to 1 (correlation ratio). */
  readonly influence: Readonly<Record<string, number>>;
}

export function sensitivityOf(trials: readonly Scored[]): Sensitivity | undefined {
  const best = trials.reduce<Scored | undefined>((top, one) => (top === undefined || one.score > top.score ? one : top), undefined);
  if (best === undefined) return undefined;
  const names = Object.keys(best.point);
  const steps = Object.fromEntries(names.map((name) => [name, valuesOf(trials, name)]));
  const neighbours = trials.filter((one) => one !== best && isNeighbour(one.point, best.point, names, steps));
  const neighbourMedian = median(neighbours.map(({ score }) => score));
  const plateau = neighbourMedian === undefined || best.score <= 0 ? undefined : neighbourMedian / best.score;
  const influence = Object.fromEntries(names.map((name) => [name, correlationRatio(trials, name)]));
  return { best, neighbours, neighbourMedian, plateau, influence };
}

const valuesOf = (trials: readonly Scored[], name: string): readonly unknown[] =>
  [...new Set(trials.map(({ point }) => point[name]))].sort((a, b) => Number(a) - Number(b));

function isNeighbour(one: Point, best: Point, names: readonly string[], steps: Readonly<Record<string, readonly unknown[]>>): boolean {
  const different = names.filter((name) => one[name] !== best[name]);
  const [name] = different;
  if (name === undefined || different.length > 1) return false;
  if (typeof best[name] !== 'number') return true;
  const values = steps[name] ?? [];
  return Math.abs(values.indexOf(one[name]) - values.indexOf(best[name])) === 1;
}

function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Variance of the groups' means over the variance of all. */
function correlationRatio(trials: readonly Scored[], name: string): number {
  const mean = trials.reduce((sum, { score }) => sum + score, 0) / trials.length;
  const groups = Map.groupBy(trials, ({ point }) => point[name]);
  let between = 0;
  for (const group of groups.values()) {
    const own = group.reduce((sum, { score }) => sum + score, 0) / group.length;
    between += group.length * (own - mean) ** 2;
  }
  const all = trials.reduce((sum, { score }) => sum + (score - mean) ** 2, 0);
  return all > 0 ? between / all : 0;
}
