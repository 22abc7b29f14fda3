/**
 * `npm run mutants [-- NAME …]`: plants each of the known defects in a copy of the checkout and sees whether the simulation finds it, by
 * the invariant that is named for it, within its number of days. An oracle that nobody has tested proves nothing.
 */
import { parseArgs } from 'node:util';
import { type Mutant, MutantFileError, readMutants } from './mutants/mutant.ts';
import { simulate } from './mutants/simulate.ts';
import { makeTree, type Tree } from './mutants/tree.ts';

const FOLDER = new URL('../tests/mutants/', import.meta.url).pathname;
const USAGE = `npm run mutants [-- NAME …] [--jobs N] [--json]

Without names all of tests/mutants/*.patch. --jobs: how many at once, default 2. Exit: 0 all were found by the invariant that is named
for them, 1 one was not, 2 wrong usage.
`;

interface Outcome {
  readonly mutant: Mutant;
  readonly killed: boolean;
  /** By what, after how many days; or what is wrong. */
  readonly words: string;
}

async function tryMutant(tree: Tree, mutant: Mutant, signal: AbortSignal): Promise<Outcome> {
  const complaint = tree.plant(mutant.file);
  if (complaint !== undefined) return { mutant, killed: false, words: `the patch does not fit any more: ${complaint}` };
  try {
    const { broken, seeds, failure } = await simulate(tree.folder, mutant, signal);
    if (failure !== undefined) return { mutant, killed: false, words: `the simulation failed: ${failure}` };
    if (broken.includes(mutant.invariant)) return { mutant, killed: true, words: `${mutant.invariant} on day ${seeds}` };
    const words = broken.length === 0 ? `SURVIVED ${seeds} days` : `found by ${broken.join(', ')}, not by ${mutant.invariant}`;
    return { mutant, killed: false, words };
  } finally {
    tree.uproot(mutant.file);
  }
}

async function tryAll(mutants: readonly Mutant[], jobs: number, signal: AbortSignal, told: (outcome: Outcome) => void): Promise<Outcome[]> {
  const waiting = [...mutants];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    const tree = makeTree();
    try {
      for (let mutant = waiting.shift(); mutant !== undefined && !signal.aborted; mutant = waiting.shift()) {
        const outcome = await tryMutant(tree, mutant, signal);
        if (signal.aborted) return;
        outcomes.push(outcome);
        told(outcome);
      }
    } finally {
      tree.remove();
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return outcomes;
}

function chosen(names: readonly string[]): Mutant[] | string {
  const all = readMutants(FOLDER);
  const unknown = names.find((name) => !all.some((mutant) => mutant.name === name));
  if (unknown !== undefined) return `there is no mutant "${unknown}" in tests/mutants`;
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

async function main(): Promise<number> {
  const options = { json: { type: 'boolean' }, jobs: { type: 'string', default: '2' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const mutants = chosen(positionals);
  const jobs = Number(values.jobs);
  if (typeof mutants === 'string' || !Number.isInteger(jobs) || jobs < 1) {
    process.stderr.write(`${typeof mutants === 'string' ? mutants : '--jobs is a whole number from 1 on'}\n\n${USAGE}`);
    return 2;
  }
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());
  const outcomes = await tryAll(mutants, jobs, ending.signal, ({ mutant, killed, words }) => {
    if (values.json !== true) console.log(`${killed ? 'killed  ' : 'NOT     '} ${mutant.name.padEnd(40)} ${words}`);
  });
  const killed = outcomes.filter((outcome) => outcome.killed).length;
  if (values.json === true) console.log(JSON.stringify({ mutants: mutants.length, killed, outcomes }));
  else console.log(`${killed} of ${mutants.length} mutants were found by the invariant that is named for them`);
  return killed === mutants.length ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof MutantFileError || (error instanceof TypeError && 'code' in error);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
