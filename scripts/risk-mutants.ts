/** `npm run mutants:risk`: changes one operator, number or early return of server/risk at a time, and sees whether the tests of it go red. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCompiler } from './mutants/compiler.ts';
import { mutantsOf, planted, type SourceMutant } from './mutants/source-mutants.ts';
import { openTestRunner } from './mutants/test-runner.ts';
import { makeTree } from './mutants/tree.ts';

const LEAST_SHARE = 0.9;
const USAGE = `npm run mutants:risk [-- --count N] [--seed N] [--only PART] [--json]

All mutants that compile, or --count of them drawn by --seed (1). --only: of files whose path has this part. Exit: 0 at least
${100 * LEAST_SHARE} % were killed, 1 fewer, 2 wrong usage.
`;

interface Outcome {
  readonly mutant: SourceMutant;
  readonly killed: boolean;
}

/** The mutants of a tree that compile, and how many do not: those no test is needed for. */
function findMutants(folder: string, only: string): { readonly mutants: SourceMutant[]; readonly uncompiled: number } {
  const compiler = openCompiler(folder);
  try {
    const files = globSync('server/risk/**/*.ts', { cwd: folder }).sort();
    const all = files.filter((file) => file.includes(only)).flatMap((file) => mutantsOf(file, compiler.source(join(folder, file))));
    const mutants = all.filter((mutant) => {
      const path = join(folder, mutant.file);
      return compiler.accepts(path, planted(readFileSync(path, 'utf8'), mutant));
    });
    return { mutants, uncompiled: all.length - mutants.length };
  } finally {
    compiler.close();
  }
}

/** Lehmer's generator: the same draw for the same seed. */
function drawn(mutants: readonly SourceMutant[], count: number, seed: number): SourceMutant[] {
  const left = [...mutants];
  let state = seed;
  while (left.length > count) {
    state = (state * 48_271) % 2_147_483_647;
    left.splice(state % left.length, 1);
  }
  return left;
}

async function tryAll(folder: string, mutants: readonly SourceMutant[], told: (outcome: Outcome) => void): Promise<Outcome[]> {
  const tests = globSync('tests/{risk/**/*,engine/{exits*,sizing,fence,break-even}}.test.ts', { cwd: folder }).sort();
  const runner = await openTestRunner(folder);
  try {
    if (!(await runner.isGreen(testPaths(folder, tests)))) throw new Error('the tests are red without any mutant');
    const outcomes: Outcome[] = [];
    for (const mutant of mutants) {
      const path = join(folder, mutant.file);
      const original = readFileSync(path, 'utf8');
      const own = tests.filter((file) => basename(file, '.test.ts') === basename(mutant.file, '.ts'));
      const rest = tests.filter((file) => !own.includes(file));
      writeFileSync(path, planted(original, mutant));
      runner.reload(path);
      const isGreen = (files: readonly string[]) => files.length === 0 || runner.isGreen(testPaths(folder, files));
      const outcome = { mutant, killed: !((await isGreen(own)) && (await isGreen(rest))) };
      writeFileSync(path, original);
      runner.reload(path);
      outcomes.push(outcome);
      told(outcome);
    }
    if (!(await runner.isGreen(testPaths(folder, tests)))) throw new Error('the tests are red after the last mutant was taken out');
    return outcomes;
  } finally {
    await runner.close();
  }
}

const testPaths = (folder: string, files: readonly string[]): string[] => files.map((file) => join(folder, file));

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, count: text, seed: text, only: text } as const;
  const { values } = parseArgs({ options });
  const [count, seed] = [Number(values.count ?? Number.MAX_SAFE_INTEGER), Number(values.seed ?? 1)];
  if (values.help === true || !(Number.isInteger(count) && count > 0 && Number.isInteger(seed) && seed > 0)) {
    process[values.help === true ? 'stdout' : 'stderr'].write(USAGE);
    return values.help === true ? 0 : 2;
  }
  const tree = makeTree();
  try {
    const { mutants, uncompiled } = findMutants(tree.folder, values.only ?? '');
    const outcomes = await tryAll(tree.folder, drawn(mutants, count, seed), ({ mutant: { file, line, what }, killed }) => {
      if (values.json !== true) console.log(`${killed ? 'killed  ' : 'SURVIVED'} ${file}:${line} ${what}`);
    });
    const killed = outcomes.filter((outcome) => outcome.killed).length;
    const share = killed / outcomes.length;
    if (values.json === true) console.log(JSON.stringify({ mutants: outcomes.length, killed, share, uncompiled, outcomes }));
    else console.log(`${killed} of ${outcomes.length} killed, ${(100 * share).toFixed(1)} %; ${uncompiled} more do not compile`);
    return share >= LEAST_SHARE ? 0 : 1;
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
