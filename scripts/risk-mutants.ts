/** `npm run mutants:risk`: changes one operator, number or early return of server/risk at a time, and sees whether the tests of it go red. */
import { parseArgs } from 'node:util';
import { isOf, readEquivalents } from './mutants/equivalents.ts';
import { makeTree } from './mutants/tree.ts';
import { drawn, findMutants, type Outcome, tryAll } from './mutants/trial.ts';

const LEAST_SHARE = 0.9;
const USAGE = `npm run mutants:risk [-- --count N] [--seed N] [--only PART] [--seconds N] [--checkout FOLDER] [--json]

All mutants that compile, or --count of them drawn by --seed (1). --only: of files whose path has this part. --seconds (5): a run of tests
that uses more of the processor, for each of its files, has no end, and its mutant is killed. --checkout: of that one.
Those of tests/mutants/risk-equivalents.json are tried and told apart. Exit: 0 at least ${100 * LEAST_SHARE} % of the others were killed, 1 fewer,
or one of those was, 2 wrong usage.
`;

interface Judged extends Outcome {
  /** Why nothing can tell it from the code, where that was said. */
  readonly equivalent?: string | undefined;
}

function lineOf({ mutant: { file, line, what }, killed, isEndless, equivalent }: Judged): string {
  const ended = isEndless ? 'endless ' : 'killed  ';
  const told = killed ? ended : 'SURVIVED';
  if (equivalent === undefined) return `${told} ${file}:${line} ${what}`;
  return `${killed ? 'killed, and said to be equivalent:' : 'equivalent'} ${file}:${line} ${what}: ${equivalent}`;
}

function summaryOf(all: readonly Judged[], uncompiled: number) {
  const counted = all.filter(({ equivalent }) => equivalent === undefined);
  const killed = counted.filter((one) => one.killed).length;
  return {
    mutants: counted.length,
    killed,
    share: counted.length === 0 ? 1 : killed / counted.length,
    equivalents: all.length - counted.length,
    /** Said to be equivalent, and not so. */
    misjudged: all.filter((one) => one.killed && one.equivalent !== undefined).length,
    uncompiled,
  };
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const drawing = { count: text, seed: text, only: text, checkout: text, seconds: text };
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, ...drawing } });
  const [count, seed] = [Number(values.count ?? Number.MAX_SAFE_INTEGER), Number(values.seed ?? 1)];
  const seconds = Number(values.seconds ?? 5);
  if (values.help === true || ![count, seed, seconds].every((one) => Number.isInteger(one) && one > 0)) {
    process[values.help === true ? 'stdout' : 'stderr'].write(USAGE);
    return values.help === true ? 0 : 2;
  }
  const tree = makeTree(values.checkout);
  try {
    const equivalents = readEquivalents(tree.folder);
    const judged = (outcome: Outcome): Judged => ({ ...outcome, equivalent: equivalents.find((one) => isOf(one, outcome.mutant))?.why });
    const { mutants, uncompiled } = findMutants(tree.folder, values.only ?? '');
    const outcomes = await tryAll(tree.folder, drawn(mutants, count, seed), seconds, (outcome) => {
      if (values.json !== true) console.log(lineOf(judged(outcome)));
    });
    const all = outcomes.map(judged);
    const summary = summaryOf(all, uncompiled);
    const { killed, share, misjudged } = summary;
    if (values.json === true) console.log(JSON.stringify({ ...summary, outcomes: all }));
    else
      console.log(
        `${killed} of ${summary.mutants} killed, ${(100 * share).toFixed(1)} %; ${summary.equivalents} more are said to be equivalent, ${uncompiled} do not compile`,
      );
    return share >= LEAST_SHARE && misjudged === 0 ? 0 : 1;
  } finally {
    tree.remove();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof TypeError && 'code' in error ? 2 : 1;
}
