/** `tradar controls`: the table of the documentation, the values of a configuration, and a test for each row. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '#config/limits.ts';
import { controlMarkdown, controlRows, resultInWords } from '#scripts/cli/control-table.ts';
import { keepResults, lastResults } from '#scripts/test/last-results.ts';
import { controls } from '#server/risk/registry.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { tradar } from './tradar.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const rows = controlRows(limits.parse({}));

test('docs/controls.md has the table as it is, row by row', () => {
  const documented = readFileSync(join(ROOT, 'docs/controls.md'), 'utf8');
  expect(documented).toContain(controlMarkdown(rows).join('\n'));
});

test('every control has a row with a test that is there, and every parameter a value', () => {
  expect(rows.map(({ name }) => name)).toEqual(controls.map(({ name }) => name));
  expect(rows.filter((row) => !existsSync(join(ROOT, row.test)))).toEqual([]);
  expect(rows.filter(({ setting, value }) => setting !== null && (value === null || value === undefined))).toEqual([]);
  expect(rows.filter(({ id, term, answers }) => !/^[PAT]\d\d$/.test(id) || term === '' || answers === '')).toEqual([]);
});

test('it prints what is in force, for people, as a table, and as JSON', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'mine.json'), JSON.stringify({ limits: { maxLeverage: 0.5, maxWeeklyLoss: '123.45' } }));
  const run = async (...args: string[]) => {
    const { code, out, err } = await tradar({ args: ['controls', '--config', join(folder.path, 'mine.json'), ...args] });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
  };
  expect(await run()).toMatch(/^P17 +leverage +maxLeverage 0\.5 +leverage limit$/m);
  expect(await run('--markdown')).toContain('| `limits.maxWeeklyLoss` | `123.45` |');
  const { controls: printed } = JSON.parse(await run('--json')) as { controls: typeof rows };
  expect(printed.find(({ name }) => name === 'weeklyLoss')).toMatchObject({ id: 'P22', setting: 'maxWeeklyLoss', value: '123.45' });
});

test('the last result of the test that proves a control is kept by npm test, and shown beside it', () => {
  using folder = temporaryFolder();
  const root = `${folder.path}/`;
  const file = (name: string, ...statuses: string[]) => ({
    name: join(root, name),
    status: statuses.includes('failed') ? 'failed' : 'passed',
    assertionResults: statuses.map((status) => ({ status })),
  });
  const keep = (commit: string, ...testResults: object[]) =>
    keepResults(root, JSON.stringify({ testResults }), { at: '2026-11-26T20:00:00.000Z', commit });
  const proof = 'tests/risk/controls/leverage.test.ts';
  expect(lastResults(root).size).toBe(0);
  keep('1111111', file(proof, 'passed', 'passed'), file('tests/risk/controls/spread.test.ts', 'failed', 'passed'));
  keep('2222222', file('tests/risk/controls/spread.test.ts'));
  const shown = controlRows(limits.parse({}), lastResults(root));
  const of = (name: string) => resultInWords(shown.find((row) => row.name === name)?.lastResult ?? null);
  expect([of('leverage'), of('spread'), of('drawdown')]).toEqual([
    '2 passed, 2026-11-26, 1111111',
    '0 passed, 2026-11-26, 2222222',
    'green in every merge',
  ]);
  keep('3333333', { name: join(root, proof), status: 'failed', assertionResults: [] });
  expect(resultInWords(lastResults(root).get(proof) ?? null)).toBe('1 of 1 failed, 2026-11-26, 3333333');
  expect(controlMarkdown(shown).some((line) => line.endsWith(`| \`${proof}\` | 2 passed, 2026-11-26, 1111111 |`))).toBe(true);
});
