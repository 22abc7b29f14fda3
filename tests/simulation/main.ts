/** `npm run simulate`: many days over many seeds, what broke and with how little it breaks, and which rare things never happened. */
import { execFileSync } from 'node:child_process';
import { parseArguments, USAGE, type Wanted } from './arguments.ts';
import type { DayResult } from './day.ts';
import { MARKS } from './marks.ts';
import { openPool, type Pool } from './pool.ts';
import { shrink } from './shrink.ts';
import type { Violation } from './witness.ts';
import { FEWEST_INTENTS } from './world/pace.ts';

/** A smaller batch may miss a mark by chance. */
const MARKS_EXPECTED_FROM = 2_000;
const PROGRESS_EVERY_MS = 5_000;
/** What is found is told with its smallest list; more than so many are only counted. */
const MOST_SHRUNK = 5;

const commit = (): string => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  } catch {
    return 'an unknown commit';
  }
};

const namesOf = ({ invariant, also }: Violation): string[] => [invariant, ...also];

const inWords = ({ invariant, what, also }: Violation): string =>
  `${invariant}: ${what}${also.length === 0 ? '' : ` (by the same event: ${also.join(', ')})`}`;

async function watchOne({ seed = 0, without, json }: Wanted): Promise<number> {
  const pool = await openPool(1);
  const result = await pool.run({ seed, without, isWatched: true });
  pool.close();
  console.log(`\nseed ${seed} at ${commit()}: trace ${result.hash}, ${result.intents} intents, ${result.events} events`);
  for (const mishap of result.mishaps) console.log(`  mishap ${JSON.stringify(mishap)}`);
  if (result.violation !== undefined) console.log(`VIOLATION ${inWords(result.violation)}`);
  const { hash, intents, events, mishaps, violation = null } = result;
  if (json) console.log(JSON.stringify({ seed, commit: commit(), hash, intents, events, mishaps, violation }));
  return result.violation === undefined ? 0 : 1;
}

interface Tally {
  readonly failing: DayResult[];
  readonly marks: Map<string, number>;
  readonly hashes: Map<number, string>;
  /** Days on which too little was traded to count. */
  readonly idle: DayResult[];
  intents: number;
  fewestIntents: number;
  done: number;
}

async function simulateAll({ seeds, fillsUp, workers, until }: Wanted, pool: Pool): Promise<Tally> {
  const tally: Tally = {
    ...{ failing: [], idle: [], marks: new Map(), hashes: new Map() },
    ...{ intents: 0, fewestIntents: Number.POSITIVE_INFINITY, done: 0 },
  };
  const begunMs = performance.now();
  const waiting = [...seeds];
  let next = (seeds.at(-1) ?? 0) + 1;
  let toldMs = begunMs;
  let isOver = false;
  const take = (result: DayResult): void => {
    tally.done++;
    tally.intents += result.intents;
    // It was simulated and held against all that has to hold, but a trading day it was not: another one takes its place.
    const isIdle = fillsUp && result.intents < FEWEST_INTENTS && result.violation === undefined;
    if (isIdle) tally.idle.push(result);
    else tally.fewestIntents = Math.min(tally.fewestIntents, result.intents);
    if (isIdle && !isOver) waiting.push(next++);
    tally.hashes.set(result.seed, result.hash);
    for (const mark of result.marks) tally.marks.set(mark, (tally.marks.get(mark) ?? 0) + 1);
    if (result.violation !== undefined) {
      tally.failing.push(result);
      isOver ||= until !== undefined && namesOf(result.violation).some((name) => name.startsWith(until));
      if (isOver) waiting.length = 0;
      console.log(`seed ${result.seed}: ${inWords(result.violation)}`);
    }
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = nowMs;
    const perSecond = tally.done / ((nowMs - begunMs) / 1_000);
    console.log(`${tally.done} of ${seeds.length} days, ${tally.failing.length} violations, ${perSecond.toFixed(1)} days/s`);
  };
  const work = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift())
      take(await pool.run({ seed, without: [], isWatched: false }));
  };
  await Promise.all(Array.from({ length: workers }, work));
  return tally;
}

async function tell(failing: readonly DayResult[], pool: Pool): Promise<void> {
  for (const result of [...failing].sort((a, b) => a.seed - b.seed).slice(0, MOST_SHRUNK)) {
    const { seed, violation } = result;
    const smallest = await shrink(result, (without) => pool.run({ seed, without, isWatched: false }));
    const left = new Set(smallest.mishaps.map(({ nth }) => nth));
    const without = result.mishaps.filter(({ nth }) => !left.has(nth)).map(({ nth }) => nth);
    if (violation !== undefined) console.log(`seed ${seed} at ${commit()}: ${inWords(violation)}`);
    console.log(`  npm run simulate -- --seed ${seed}${without.length > 0 ? ` --without ${without.join(',')}` : ''}`);
    for (const mishap of smallest.mishaps) console.log(`  ${JSON.stringify(mishap)}`);
  }
}

async function simulateMany(wanted: Wanted): Promise<number> {
  const pool = await openPool(wanted.workers);
  const begunMs = performance.now();
  const tally = await simulateAll(wanted, pool);
  const daysPerSecond = Number((tally.done / ((performance.now() - begunMs) / 1_000)).toFixed(1));
  if (wanted.until === undefined) await tell(tally.failing, pool);
  pool.close();
  const different = wanted.twice ? await differing(wanted, tally) : [];
  if (different.length > 0) console.log(`traces differ between two processes: seeds ${different.slice(0, 20).join(', ')}`);
  const violations = tally.failing.length + different.length;
  const missed = MARKS.filter((mark) => !tally.marks.has(mark));
  const broken = [...new Set(tally.failing.flatMap(({ violation }) => (violation === undefined ? [] : namesOf(violation))))];
  const days = tally.done - tally.idle.length;
  const counts = { seeds: days, violations, marksMissed: missed.length, daysPerSecond, fewestIntents: tally.fewestIntents, broken };
  if (missed.length > 0) console.log(`never happened: ${missed.join('; ')}`);
  const { done, intents, fewestIntents, idle } = tally;
  if (idle.length > 0) {
    const which = idle.map(({ seed, intents }) => `seed ${seed} (${intents})`).join(', ');
    console.log(`not counted, for fewer than ${FEWEST_INTENTS} intents: ${which}`);
  }
  console.log(
    `${days} days, ${violations} violations, ${Math.round(intents / done)} intents a day (at least ${fewestIntents}), ${daysPerSecond} days/s`,
  );
  if (wanted.json) console.log(JSON.stringify(counts));
  const isMissed = missed.length > 0 && tally.done >= MARKS_EXPECTED_FROM;
  return violations === 0 && !isMissed ? 0 : 1;
}

/** Seeds whose trace is another one in fresh processes. */
async function differing(wanted: Wanted, first: Tally): Promise<number[]> {
  const pool = await openPool(wanted.workers);
  const second = await simulateAll(wanted, pool);
  pool.close();
  return [...first.hashes].filter(([seed, hash]) => second.hashes.get(seed) !== hash).map(([seed]) => seed);
}

async function main(): Promise<number> {
  const wanted = parseArguments(process.argv.slice(2));
  if (typeof wanted === 'string') {
    process.stderr.write(`${wanted}\n\n${USAGE}`);
    return 2;
  }
  if (wanted.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  return wanted.seed === undefined ? await simulateMany(wanted) : await watchOne(wanted);
}

/** A worker that was killed takes its day with it: said in words, and the others end with us. */
process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`simulate: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
