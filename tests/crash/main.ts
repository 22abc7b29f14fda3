/**
 * `npm run crash -- [--seeds 38,15] [--nth 1,3] [--double]`: every crash point, alone; with --double each of them followed by every
 * point of the recovery from it. What some days do not have does not come to pass there. Exit 1 with the first day on which something was lost, doubled or left unsettled.
 */
import { parseArgs } from 'node:util';
import { readCall } from '#tests/support/call.ts';
import type { CrashJob } from './crash-day.ts';
import { openMatrix } from './matrix.ts';
import { POINTS, RECOVERY } from './points.ts';

const USAGE = `npm run crash -- [--seeds 38,15] [--nth 1,3] [--double]   every crash point on these days, the N-th time that it comes
    --double   each point of the recovery after it as well

Exit: 0 nothing was lost or doubled, 1 something was, or nothing crashed at all, 2 wrong usage.
`;

const options = {
  seeds: { type: 'string', default: '38,15' },
  nth: { type: 'string', default: '1,3' },
  double: { type: 'boolean', default: false },
} as const;

function numbers(name: string, text: string): number[] {
  const all = text.split(',').map(Number);
  if (text.trim() === '' || !all.every((one) => Number.isSafeInteger(one) && one > 0))
    throw new Error(`--${name} ${text}: give whole numbers from 1 on`);
  return all;
}

const { seeds, nths, double } = readCall(USAGE, () => {
  const { values } = parseArgs({ options });
  return { seeds: numbers('seeds', values.seeds), nths: numbers('nth', values.nth), double: values.double };
});
const seconds = double ? RECOVERY.map((_, place) => POINTS.length + place) : [undefined];

function* jobs(): Generator<CrashJob> {
  for (const seed of seeds)
    for (const nth of nths) for (const point of POINTS.keys()) for (const second of seconds) yield { seed, nth, point, second };
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
if (crashes === 0) console.error('crash: nothing crashed at all, so nothing was tried');
process.exitCode = wrong.length === 0 && crashes > 0 ? 0 : 1;
