/** The known defects: each file says what it is and who finds it, and still fits the code; `npm run mutants` sees them found. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MutantFileError, readMutant, readMutants } from '#scripts/mutants/mutant.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const mutants = readMutants(import.meta.dirname);
const INVARIANTS = new URL('../simulation/invariants/', import.meta.url).pathname;

test('every defect fits the code as it is', () => {
  const misfits = mutants.filter(({ file }) => spawnSync('git', ['apply', '--check', '--recount', file], { cwd: ROOT }).status !== 0);
  expect(misfits.map(({ name }) => name)).toEqual([]);
});

test('every defect is to be found by an invariant that there is, and every invariant has one', () => {
  const numbered = readdirSync(INVARIANTS).filter((file) => /^inv\d\d-/.test(file));
  const there = numbered.map((file) => file.replace(/^inv(\d\d)-.*/, 'INV-$1'));
  expect(there.filter((number) => !mutants.some(({ invariant }) => invariant === number))).toEqual([]);
  expect(mutants.filter(({ invariant }) => !there.includes(invariant)).map(({ name }) => name)).toEqual([]);
});

const diff = '\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-a\n+b\n';

test.each([
  ['without a word on what it is', `invariant: INV-01\nseeds: 5\n${diff}`, /no line "what: …"/],
  ['with no number of days', `what: a\ninvariant: INV-01\nseeds: many\n${diff}`, /seeds is a whole number/],
  ['with more days than are worth it', `what: a\ninvariant: INV-01\nseeds: 2001\n${diff}`, /seeds is a whole number/],
  ['with an invariant in other words', `what: a\ninvariant: inv01\nseeds: 5\n${diff}`, /is written INV-nn/],
  ['with its lines after the diff', `${diff}what: a\ninvariant: INV-01\nseeds: 5\n`, /no line/],
])('a file %s is refused', (_, text, complaint) => {
  expect(() => readMutant('a', 'a.patch', text)).toThrow(MutantFileError);
  expect(() => readMutant('a', 'a.patch', text)).toThrow(complaint);
});

test('a file is read', () => {
  expect(readMutant('a', 'a.patch', `what: a defect\ninvariant: INV-16\nseeds: 40\n${diff}`)).toEqual({
    ...{ name: 'a', file: 'a.patch', what: 'a defect', invariant: 'INV-16', seeds: 40 },
  });
});
