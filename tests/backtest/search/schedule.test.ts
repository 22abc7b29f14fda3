/** Schedules: nothing twice, nothing impossible, and the same after an interruption. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawGeneration, GENERATION, gridJobs, type Job, type ScheduleSettings } from '#server/backtest/search/schedule.ts';
import { nameOf, type Point, type Space } from '#server/backtest/search/space.ts';

const space: Space = [
  { kind: 'numbers', name: 'fast', low: 1, high: 30, isWhole: true },
  { kind: 'numbers', name: 'slow', low: 1, high: 30, isWhole: true },
];
const isPossible = ({ fast, slow }: Point): boolean => (fast as number) < (slow as number);
const score = ({ fast, slow }: Point): number => -Math.abs((fast as number) - 7) - Math.abs((slow as number) - 21);

/** A whole search; `from` are jobs that are done already. */
function all(settings: ScheduleSettings, from: readonly Job[] = []): Job[] {
  const done = [...from];
  for (let generation = 0; generation * GENERATION < settings.trials; generation++) {
    const known = done.map((job) => ({ ...job, score: score(job.point) }));
    const jobs = drawGeneration(settings, generation, known);
    done.push(...jobs.filter(({ nth }) => !done.some((one) => one.nth === nth)));
  }
  return done.sort((a, b) => a.nth - b.nth);
}

describe('a search', () => {
  test('a grid has every possible point that is not done', () => {
    const settings = { space, search: 'grid', trials: 0, seed: 1, isPossible } as const;
    const jobs = [...gridJobs(settings, new Set())];
    expect(jobs).toHaveLength((30 * 29) / 2);
    expect([...gridJobs(settings, new Set(jobs.slice(0, 400).map(({ nth }) => nth)))]).toEqual(jobs.slice(400));
  });

  test.each(['random', 'tpe'] as const)('%s tries nothing twice and nothing impossible, and goes on as if it had not stopped', (search) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 60 }), (seed, stoppedAfter) => {
        const settings = { space, search, trials: 60, seed, isPossible };
        const jobs = all(settings);
        expect(jobs.every(({ point }) => isPossible(point))).toBe(true);
        expect(new Set(jobs.map(({ point }) => nameOf(point))).size).toBe(60);
        // Whichever were done when it stopped, even out of order within a generation.
        const kept = jobs.slice(0, stoppedAfter).filter(({ nth }) => nth % 5 !== 3 || nth < stoppedAfter - GENERATION);
        expect(all(settings, kept)).toEqual(jobs);
      }),
      { numRuns: 15 },
    );
  });

  test('ends when a small space is used up', () => {
    const small: Space = [{ kind: 'choices', name: 'fast', choices: [1, 2, 3] }];
    expect(all({ space: small, search: 'random', trials: 50, seed: 1, isPossible: () => true })).toHaveLength(3);
  });
});
