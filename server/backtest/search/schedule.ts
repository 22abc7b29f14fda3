/**
 * Which points are tried, in which order. A point is a function of the seed, its place, and (for the estimators) of whole
 * generations before it, never of which worker was faster: a search that was interrupted goes on as if it had not been.
 */
import { seededChance } from '#server/exchange/random.ts';
import { likelyPoint, randomPoint, type Scored } from './sample.ts';
import { gridPoint, nameOf, type Point, type Space, sizeOf } from './space.ts';

export const SEARCHES = ['grid', 'random', 'tpe'] as const;
export type Search = (typeof SEARCHES)[number];

export interface ScheduleSettings {
  readonly space: Space;
  readonly search: Search;
  /** How many for random and tpe; a grid ends by itself. */
  readonly trials: number;
  readonly seed: number;
  /** Whether the agent takes these parameters together. */
  readonly isPossible: (point: Point) => boolean;
}

export interface Job {
  readonly nth: number;
  readonly point: Point;
}

/** Trials that are drawn from the same knowledge. */
export const GENERATION = 16;
/** Draws for one trial before the space is taken to be used up. */
const DRAWS = 200;
const STRIDE = 0x9e37_79b1;

/** Places there are altogether, the impossible ones of a grid among them. */
export const placesOf = ({ space, search, trials }: ScheduleSettings): number => (search === 'grid' ? (sizeOf(space) ?? 0) : trials);

/** The possible points of a grid that are not done. */
export function* gridJobs(settings: ScheduleSettings, done: ReadonlySet<number>): Generator<Job> {
  const size = placesOf(settings);
  for (let nth = 0; nth < size; nth++) {
    if (done.has(nth)) continue;
    const point = gridPoint(settings.space, nth);
    if (settings.isPossible(point)) yield { nth, point };
  }
}

/**
 * The points of a generation, the first places before the others; `known` are the scored trials of the generations before.
 * Fewer than asked for when the space has no more points that were not tried.
 */
export function drawGeneration(
  settings: ScheduleSettings,
  generation: number,
  known: readonly (Scored & { readonly nth: number })[],
): Job[] {
  const first = generation * GENERATION;
  const before = known.filter(({ nth }) => nth < first).sort((a, b) => a.nth - b.nth);
  const taken = new Set(before.map(({ point }) => nameOf(point)));
  const jobs: Job[] = [];
  for (let nth = first; nth < Math.min(first + GENERATION, settings.trials); nth++) {
    const point = draw(settings, nth, before, taken);
    if (point === undefined) break;
    taken.add(nameOf(point));
    jobs.push({ nth, point });
  }
  return jobs;
}

function draw(
  { space, search, seed, isPossible }: ScheduleSettings,
  nth: number,
  before: readonly Scored[],
  taken: ReadonlySet<string>,
): Point | undefined {
  const chance = seededChance((seed + Math.imul(nth + 1, STRIDE)) | 0);
  for (let tries = 0; tries < DRAWS; tries++) {
    // A space that is nearly used up is searched anywhere.
    const point = search === 'tpe' && tries < DRAWS / 2 ? likelyPoint(space, before, chance) : randomPoint(space, chance);
    if (!taken.has(nameOf(point)) && isPossible(point)) return point;
  }
  return undefined;
}
