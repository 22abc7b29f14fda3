/** Mutants of a checkout tried one after another: each planted, the tests run that are likeliest to notice it first, and taken out again. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { openCompiler } from './compiler.ts';
import { mutantsOf, planted, type SourceMutant } from './source-mutants.ts';
import { openTestRunner, type TestResult, type TestRunner } from './test-runner.ts';

/**
 * What may notice a defect of server/risk. Not the fence between two lives in tests/engine, which holds books against other books that are
 * made by the same code: it is the slowest and can not.
 */
const TESTS = ['tests/risk/**/*.test.ts', 'tests/engine/{exits*,sizing,break-even,kelly*}.test.ts'];

export interface Outcome {
  readonly mutant: SourceMutant;
  readonly killed: boolean;
  /** The tests did not come to an end, by which it is killed. */
  readonly isEndless: boolean;
}

/** The mutants of a tree that compile, and how many do not: those no test is needed for. */
export function findMutants(folder: string, only: string): { readonly mutants: SourceMutant[]; readonly uncompiled: number } {
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
export function drawn(mutants: readonly SourceMutant[], count: number, seed: number): SourceMutant[] {
  const left = [...mutants];
  let state = seed;
  while (left.length > count) {
    state = (state * 48_271) % 2_147_483_647;
    left.splice(state % left.length, 1);
  }
  return left;
}

/** The tests in the order in which a defect of the file is looked for: its own, what noticed one of it before, all others. */
function groupsFor(file: string, groups: readonly (readonly string[])[], noticed: ReadonlySet<string>): string[][] {
  const isFirst = (test: string): boolean => basename(test, '.test.ts') === basename(file, '.ts') || noticed.has(test);
  const rest = groups.map((tests) => tests.filter((test) => !isFirst(test)));
  return [groups.flat().filter(isFirst), ...rest].filter((tests) => tests.length > 0);
}

async function firstRed(runner: TestRunner, groups: readonly (readonly string[])[]): Promise<TestResult> {
  for (const tests of groups) {
    const result = await runner.run(tests);
    if (result.red.length > 0) return result;
  }
  return { red: [], isEndless: false };
}

export async function tryAll(
  folder: string,
  mutants: readonly SourceMutant[],
  fileSeconds: number,
  told: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const groups = TESTS.map((pattern) => globSync(join(folder, pattern)).sort());
  const runner = await openTestRunner(folder, fileSeconds);
  const mustBeGreen = async (when: string): Promise<void> => {
    const { red, isEndless } = await firstRed(
      runner,
      groups.filter((tests) => tests.length > 0),
    );
    if (isEndless) throw new Error(`the tests do not come to an end ${when}: allow more --seconds`);
    if (red.length > 0) throw new Error(`${red.map((file) => relative(folder, file)).join(', ')}: red ${when}`);
  };
  try {
    await mustBeGreen('without any mutant');
    const noticed = new Map<string, Set<string>>();
    const outcomes: Outcome[] = [];
    for (const mutant of mutants) {
      const path = join(folder, mutant.file);
      const original = readFileSync(path, 'utf8');
      const before = noticed.get(mutant.file) ?? new Set();
      writeFileSync(path, planted(original, mutant));
      runner.reload(path);
      const { red, isEndless } = await firstRed(runner, groupsFor(mutant.file, groups, before));
      writeFileSync(path, original);
      runner.reload(path);
      if (red.length === 1) noticed.set(mutant.file, before.add(red.join()));
      const outcome = { mutant, killed: red.length > 0, isEndless };
      outcomes.push(outcome);
      told(outcome);
    }
    await mustBeGreen('after the last mutant was taken out');
    return outcomes;
  } finally {
    await runner.close();
  }
}
