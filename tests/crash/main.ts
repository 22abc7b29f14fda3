/**
 * `npm run crash -- [--seeds 38,15] [--nth 1,3] [--double]`: every crash point, alone; with --double each of them followed by every
 * point of the recovery from it. What some days do not have does not come to pass there. Exit 1 with the first day on which something was lost, doubled or left unsettled.
 */
import { parseArgs } from 'node:util';
import type { CrashJob } from './crash-day.ts';
import { openMatrix } from './matrix.ts';
import { POINTS, RECOVERY } from './points.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '38,15' },
    nth: { type: 'string', default: '1,3' },
    double: { type: 'boolean', default: false },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const seconds = values.double ? RECOVERY.map((_, place) => POINTS.length + place) : [undefined];

function* jobs(): Generator<CrashJob> {
  for (const seed of numbers(values.seeds))
    for (const nth of numbers(values.nth))
      for (const point of POINTS.keys()) for (const second of seconds) yield { seed, nth, point, second };
}

const nameOf = (place: number | undefined): string => (place === undefined ? '' : `, then ${[...POINTS, ...RECOVERY][place]?.name}`);

using matrix = await openMatrix();
const begunMs = performance.now();
let [days, crashes, intents] = [0, 0, 0];
const wrong: string[] = [];
for (const job of jobs()) {
  const result = await matrix.run(job);
  days++;
  crashes += result.crashes;
  intents += result.intents;
  if (result.wrong !== undefined)
    wrong.push(`seed ${job.seed}, ${job.nth}. ${nameOf(job.point).slice(7)}${nameOf(job.second)}: ${result.wrong}`);
}
for (const one of wrong) console.log(one);
const took = ((performance.now() - begunMs) / 1_000).toFixed(0);
console.log(
  `${days} days, ${crashes} crashes, ${intents} intents, ${wrong.length} days on which something was lost, doubled or left unsettled; ${took} s`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
