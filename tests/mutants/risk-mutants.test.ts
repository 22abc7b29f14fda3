/** The tool that tries small mutants of server/risk, on a checkout of one file: what it calls killed, survived and equivalent, and how it ends. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCompiler } from '#scripts/mutants/compiler.ts';
import { isOf, readEquivalents } from '#scripts/mutants/equivalents.ts';
import { secondsIn } from '#scripts/mutants/processor-limit.ts';
import { mutantsOf } from '#scripts/mutants/source-mutants.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
let checkout: string;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'tradar-checkout-'));
  for (const part of ['package.json', 'tsconfig.json', 'scripts/mutants/fixed-seed.ts']) cpSync(join(ROOT, part), join(checkout, part));
  symlinkSync(realpathSync(join(ROOT, 'node_modules')), join(checkout, 'node_modules'));
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(checkout, file)), { recursive: true });
  writeFileSync(join(checkout, file), text);
}

const BELOW = 'export const isBelow = (value: number, most: number): boolean => value < most;';
const ABOVE = 'export const isAbove = (value: number, least: number): boolean => value > least;';
/** The first at its boundary, the second only far from it. */
const CASES = 'expect([isBelow(2, 3), isBelow(3, 3), isAbove(1, 3), isAbove(9, 3)]).toEqual([true, false, false, true]);';

interface Setting {
  readonly code: readonly string[];
  readonly test: string;
  readonly equivalents?: readonly string[];
}

function tried({ code, test: body, equivalents = [] }: Setting, ...options: readonly string[]) {
  write('server/risk/limit.ts', code.join('\n'));
  const imports = ["import { expect, test } from 'vitest';", "import * as limit from '#server/risk/limit.ts';"];
  write('tests/risk/limit.test.ts', [...imports, `const { ${namesOf(code)} } = limit;`, `test('it', () => { ${body} });`].join('\n'));
  const list = equivalents.map((line) => ({ file: 'server/risk/limit.ts', line, becomes: line.replace(/(?<= [<>])/, '='), why: WHY }));
  write('tests/mutants/risk-equivalents.json', JSON.stringify(list));
  const command = [join(ROOT, 'scripts/risk-mutants.ts'), '--checkout', checkout, ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  return { status, told: stdout.trim().split('\n'), stderr };
}

const WHY = 'because this test says so';
const namesOf = (code: readonly string[]): string => code.map((line) => /const (\w+)/.exec(line)?.[1]).join(', ');

test('what a test notices is killed, what none notices has survived, and it ends with 1 when too much has', () => {
  expect(tried({ code: [BELOW, ABOVE], test: CASES })).toMatchObject({
    status: 1,
    told: [
      'killed   server/risk/limit.ts:1 `<` → `<=`',
      'killed   server/risk/limit.ts:1 `<` → `>=`',
      'SURVIVED server/risk/limit.ts:2 `>` → `>=`',
      'killed   server/risk/limit.ts:2 `>` → `<=`',
      '3 of 4 killed, 75.0 %; 0 more are said to be equivalent, 0 do not compile',
    ],
  });
});

test('what is said to be equivalent is told with its reason and not counted; when nothing else is left it ends with 0', () => {
  expect(tried({ code: [BELOW, ABOVE], test: CASES, equivalents: [ABOVE] })).toMatchObject({
    status: 0,
    told: [
      'killed   server/risk/limit.ts:1 `<` → `<=`',
      'killed   server/risk/limit.ts:1 `<` → `>=`',
      `equivalent server/risk/limit.ts:2 \`>\` → \`>=\`: ${WHY}`,
      'killed   server/risk/limit.ts:2 `>` → `<=`',
      '3 of 3 killed, 100.0 %; 1 more are said to be equivalent, 0 do not compile',
    ],
  });
});

test('what is said to be equivalent and is noticed makes it end with 1', () => {
  const { status, told } = tried({ code: [BELOW], test: 'expect(isBelow(3, 3)).toBe(false);', equivalents: [BELOW] });
  expect([status, told[0]]).toEqual([1, `killed, and said to be equivalent: server/risk/limit.ts:1 \`<\` → \`<=\`: ${WHY}`]);
});

test('regression: a loop that a mutant makes endless is ended, and the mutant is killed', { timeout: 60_000 }, () => {
  const code = ['export const count = (most: number): number => { let n = 0; while (n < most) n += 1; return n; };'];
  const { told } = tried({ code, test: 'expect(count(4)).toBe(4);' }, '--seconds', '2');
  expect(told).toContain('endless  server/risk/limit.ts:1 `+=` → `-=`');
});

test.each([
  ['00:00:07', 7],
  ['01:02:03', 3723],
  ['  2:03.50\n', 123.5],
])('%j of a process are %f seconds', (time, seconds) => {
  expect(secondsIn(time)).toBe(seconds);
});

test('tests that are red without any mutant prove nothing', () => {
  expect(tried({ code: [BELOW], test: 'expect(isBelow(1, 3)).toBe(false);' })).toMatchObject({
    status: 1,
    told: [''],
    stderr: expect.stringContaining('tests/risk/limit.test.ts: red without any mutant'),
  });
});

test('what is said to be equivalent is one mutant of the code as it is', () => {
  const compiler = openCompiler(ROOT);
  try {
    for (const equivalent of readEquivalents(ROOT)) {
      const mutants = mutantsOf(equivalent.file, compiler.source(join(ROOT, equivalent.file)));
      expect(mutants.filter((mutant) => isOf(equivalent, mutant))).toHaveLength(1);
    }
  } finally {
    compiler.close();
  }
});
