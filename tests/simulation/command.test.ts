/** `npm run simulate` as a command: one day as JSON, and a worker that is killed. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const MAIN = new URL('./main.ts', import.meta.url).pathname;

test('one day with --json ends with one JSON object', { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--seed', '7', '--json'], { maxBuffer: 64 * 1024 * 1024 });
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(told).toMatchObject({ seed: 7, hash: expect.stringMatching(/^[0-9a-f]{16}$/), violation: null });
});

test('a worker that is killed is told in words, and ends it with 1', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [MAIN, '--seeds', '1000', '--workers', '1'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const workers = (): string[] => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
  await expect.poll(workers, { timeout: 60_000 }).not.toEqual(['']);
  process.kill(Number(workers()[0]), 'SIGKILL');
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toMatch(/^simulate: the process that simulated .* ended with SIGKILL; /);
  expect(said.trim().split('\n')).toHaveLength(1);
});
