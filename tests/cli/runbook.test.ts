/** docs/runbook.md: every command in it is there with the flags that it names, and every alarm has its row. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inProcess } from './in-process.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const text = read('docs/runbook.md');

const commands = [
  ...new Set([...text.matchAll(/`(?:npx )?tradar ([^`]+)`|^npx tradar (.+)$/gm)].map(([, inline, line]) => (inline ?? line ?? '').trim())),
];

test('it names commands', () => {
  expect(commands.length).toBeGreaterThan(20);
});

test.for(commands)('tradar %s', async (command) => {
  const verb = /^[a-z]+(?: (?:list|add|remove|rotate|verify)\b)?/.exec(command)?.[0] ?? '';
  const { code, out } = await inProcess(...verb.split(' '), '--help');
  expect(code, `"${verb}" is a verb`).toBe(0);
  for (const [flag] of command.matchAll(/--[a-z-]+/g)) expect(out).toContain(flag);
  const level = /--level (\w+)/.exec(command)?.[1];
  if (level !== undefined) expect(out).toContain(level);
});

test('every alarm has a row that says what it means, what to look at, when to stop, when it is over', () => {
  const union = /export type AlertCode =([^;]+);/.exec(read('server/engine/command.ts'))?.[1] ?? '';
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code);
  expect(codes.length).toBeGreaterThan(10);
  const rows = [...text.matchAll(/^\| `(\w+)` \|(.+)\|$/gm)].map(([, code = '', cells = '']) => ({ code, cells: cells.split('|') }));
  expect(
    codes.filter(
      (code) => !rows.some((row) => row.code === code && row.cells.length === 4 && row.cells.every((cell) => cell.trim() !== '')),
    ),
  ).toEqual([]);
});

test('its links lead to headings that are there', () => {
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, anchor] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
});
