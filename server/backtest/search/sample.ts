/**
 * The next point to try: anywhere, or where a tree of Parzen estimators expects the most (Bergstra et al., Algorithms for
 * Hyper-Parameter Optimization, 2011): trials are split into good and others, each axis gets a density for either, and of
 * a handful of candidates drawn from the good ones the one is tried whose densities have the largest ratio.
 */
import { type ChanceState, roll } from '#server/exchange/random.ts';
import type { Axis, Point, Space } from './space.ts';

export interface Scored {
  readonly point: Point;
  /** Larger is better. */
  readonly score: number;
}

/** Trials before the estimators are believed. */
const FIRST_AT_RANDOM = 10;
const GOOD_PART = 0.15;
const CANDIDATES = 24;

export const randomPoint = (space: Space, chance: ChanceState): Point =>
  Object.fromEntries(space.map((axis) => [axis.name, randomValue(axis, chance)]));

function randomValue(axis: Axis, chance: ChanceState): number | string | boolean {
  if (axis.kind === 'choices') return axis.choices[Math.floor(roll(chance) * axis.choices.length)] as number;
  const { low, high, isWhole } = axis;
  return isWhole ? low + Math.floor(roll(chance) * (high - low + 1)) : low + roll(chance) * (high - low);
}

/** What to try after these trials. */
export function likelyPoint(space: Space, done: readonly Scored[], chance: ChanceState): Point {
  if (done.length < FIRST_AT_RANDOM) return randomPoint(space, chance);
  const ranked = [...done].sort((a, b) => b.score - a.score);
  const goodCount = Math.max(2, Math.ceil(GOOD_PART * ranked.length));
  const [good, others] = [ranked.slice(0, goodCount), ranked.slice(goodCount)];
  let best: { point: Point; ratio: number } | undefined;
  for (let i = 0; i < CANDIDATES; i++) {
    const point = candidate(space, good, chance);
    const ratio = space.reduce((sum, axis) => sum + Math.log(density(axis, point, good)) - Math.log(density(axis, point, others)), 0);
    if (best === undefined || ratio > best.ratio) best = { point, ratio };
  }
  return (best as { point: Point }).point;
}

/** Near one of the good ones, each axis for itself; now and then anywhere. */
function candidate(space: Space, good: readonly Scored[], chance: ChanceState): Point {
  return Object.fromEntries(
    space.map((axis) => {
      if (roll(chance) < 1 / (good.length + 1)) return [axis.name, randomValue(axis, chance)];
      const near = (good[Math.floor(roll(chance) * good.length)] as Scored).point[axis.name] as number;
      if (axis.kind === 'choices') return [axis.name, near];
      const value = Math.min(axis.high, Math.max(axis.low, near + gaussian(chance) * bandwidth(axis, good)));
      return [axis.name, axis.isWhole ? Math.round(value) : value];
    }),
  );
}

const bandwidth = (axis: Axis & { kind: 'numbers' }, points: readonly Scored[]): number =>
  Math.max((axis.high - axis.low) / 100, (axis.high - axis.low) / (1 + points.length), axis.isWhole ? 0.5 : 0);

/** A mixture of one bell (or one count) for each point and one flat prior. */
function density(axis: Axis, point: Point, points: readonly Scored[]): number {
  const value = point[axis.name];
  if (axis.kind === 'choices') {
    const same = points.filter((one) => one.point[axis.name] === value).length;
    return (same + 1) / (points.length + axis.choices.length);
  }
  const width = bandwidth(axis, points);
  const span = Math.max(axis.high - axis.low, width);
  let sum = 1 / span;
  for (const one of points) {
    const distance = ((value as number) - (one.point[axis.name] as number)) / width;
    sum += Math.exp(-0.5 * distance * distance) / (width * Math.sqrt(2 * Math.PI));
  }
  return sum / (points.length + 1);
}

/** Box and Muller. */
const gaussian = (chance: ChanceState): number => Math.sqrt(-2 * Math.log(1 - roll(chance))) * Math.cos(2 * Math.PI * roll(chance));
