/** The log: where it goes, what it leaves out, when it begins a new file. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Secret } from '#config/secret.ts';
import { createLog } from '#server/adapters/log.ts';
import { temporaryFolder } from '#tests/config/folder.ts';

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly at: string;
}

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

test('one JSON object a line, from the level on, for the owner alone', () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'home', 'tradar.log');
  const log = createLog({ level: 'warn', file });
  log.info({}, 'not this');
  log.warn({ order: 'r1-2-3' }, 'order outcome unknown');
  log.error({ error: 'x' }, 'broken');
  expect(linesOf(file)).toMatchObject([
    { level: 'warn', order: 'r1-2-3', msg: 'order outcome unknown', at: expect.stringMatching(/^\d{4}-.*Z$/) },
    { level: 'error', error: 'x', msg: 'broken' },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

const SECRETIVE: readonly (readonly [string, object])[] = [
  ['keys', { keyId: 'hunter2', secretKey: 'hunter2' }],
  ['headers', { request: { headers: { Authorization: 'Bearer hunter2', authorization: 'hunter2', 'APCA-API-SECRET-KEY': 'hunter2' } } }],
  ['a token and a password', { token: 'hunter2', server: { password: 'hunter2' } }],
  ['wrapped secrets', { url: new Secret('hunter2'), deep: { deeper: { deepest: { url: new Secret('hunter2') } } } }],
  ["a URL in somebody else's message", { error: 'connect mysql://trader:hunter2@db.example:3306/journal failed' }],
  ['an error with such a URL', { err: new Error('redis://:hunter2@hunter2@redis.example:6379 is away') }],
];

test.for(SECRETIVE)('%s are not written', ([, facts]) => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'tradar.log');
  createLog({ level: 'info', file }).info(facts, 'a line');
  expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
  expect(linesOf(file)).toMatchObject([{ msg: 'a line' }]);
});

test('a file above ten megabytes is set aside, a smaller one goes on', () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'tradar.log');
  writeFileSync(file, 'x'.repeat(10 * 1024 * 1024 + 1));
  createLog({ level: 'info', file }).info({}, 'first');
  createLog({ level: 'info', file }).info({}, 'second');
  expect(linesOf(file).map(({ msg }) => msg)).toEqual(['first', 'second']);
  expect(statSync(`${file}.1`).size).toBe(10 * 1024 * 1024 + 1);
});

test('a disk that takes nothing does not throw into the trading', () => {
  const log = createLog({ level: 'info', file: '/dev/full' });
  for (let line = 0; line < 3; line++) expect(() => log.warn({ line }, 'x'.repeat(1_000_000))).not.toThrow();
});
