/** A search space: what may vary, between which values. Made of what the user names, or of an agent's config schema. */

export type Axis =
  | { readonly kind: 'numbers'; readonly name: string; readonly low: number; readonly high: number; readonly isWhole: boolean }
  | { readonly kind: 'choices'; readonly name: string; readonly choices: readonly (number | string | boolean)[] };

export type Space = readonly Axis[];
/** One point: a value for each axis. */
export type Point = Readonly<Record<string, number | string | boolean>>;

const RANGE = /^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?$/;
/** More values than this on one axis is a range, not a list. */
const MOST_VALUES = 100_000;

/**
 * Reads "5..50" (a range), "5..50:5" (every fifth), "5,10,20" or "sma,ema" (a list). The fault in words otherwise.
 * `isWhole` says whether the parameter takes whole numbers only.
 */
export function readAxis(name: string, text: string, isWhole: boolean): Axis | string {
  const range = RANGE.exec(text);
  if (range === null) return listAxis(name, text);
  const [low, high, step] = [Number(range[1]), Number(range[2]), range[3] === undefined ? undefined : Number(range[3])];
  if (low > high) return `${text} begins above its end`;
  if (step === undefined) return { kind: 'numbers', name, low, high, isWhole };
  if (step <= 0) return `${text} has a step of ${step}`;
  const count = Math.floor((high - low) / step + 1e-9) + 1;
  if (count > MOST_VALUES) return `${text} has ${count} values, at most ${MOST_VALUES} make a list`;
  // Multiples of the step, so that 0.1 + 0.2 is 0.3 in the names of the trials.
  const choices = Array.from({ length: count }, (_, nth) => Number((low + nth * step).toPrecision(12)));
  return { kind: 'choices', name, choices };
}

function listAxis(name: string, text: string): Axis | string {
  const words = text.split(',').map((word) => word.trim());
  if (words.some((word) => word === '')) return `${JSON.stringify(text)} has an empty value`;
  if (new Set(words).size < words.length) return `${JSON.stringify(text)} has a value twice`;
  return { kind: 'choices', name, choices: words.map(readValue) };
}

function readValue(word: string): number | string | boolean {
  if (word === 'true' || word === 'false') return word === 'true';
  return Number.isFinite(Number(word)) ? Number(word) : word;
}

/** How many points a grid over the space has; nothing when an axis is a range without a step. */
export function sizeOf(space: Space): number | undefined {
  let size = 1;
  for (const axis of space) {
    if (axis.kind === 'choices') size *= axis.choices.length;
    else if (axis.isWhole) size *= axis.high - axis.low + 1;
    else return undefined;
  }
  return size;
}

/** The `nth` point of the grid, counted like an odometer whose last axis turns fastest. */
export function gridPoint(space: Space, nth: number): Point {
  const point: Record<string, number | string | boolean> = {};
  let rest = nth;
  for (const axis of [...space].reverse()) {
    if (axis.kind === 'choices') {
      point[axis.name] = axis.choices[rest % axis.choices.length] as number;
      rest = Math.floor(rest / axis.choices.length);
    } else {
      const count = axis.high - axis.low + 1;
      point[axis.name] = axis.low + (rest % count);
      rest = Math.floor(rest / count);
    }
  }
  return Object.fromEntries(space.map(({ name }) => [name, point[name] as number]));
}

/** "fast=10 slow=30": a name for people, and the key of a trial. */
export const nameOf = (point: Point): string =>
  Object.entries(point)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
