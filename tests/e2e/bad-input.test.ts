/** What can be wrong at a start: one clear message that names the thing, where, and the remedy; exit 2 for usage, 1 otherwise. */

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Daemon, newHome, removeHome } from './daemon.ts';

const BUNDLED = new URL('../../config/demo-bars', import.meta.url).pathname;
const HEADER = 'timestamp,open,high,low,close,volume';
const GOOD = ['2019-02-13T14:30:00Z,100,101,99,100,10', '2019-02-13T14:31:00Z,100,101,99,100,10'];

let home: string;
beforeEach(() => {
  home = newHome();
});
afterEach(() => removeHome(home));

async function failed(env: Record<string, string> = {}, args: readonly string[] = []): Promise<{ code: number | null; said: string }> {
  await using daemon = new Daemon(home, env, args);
  const { code } = await daemon.exited;
  expect(daemon.output).not.toMatch(/\n\s+at .*\.ts:\d+/);
  expect(daemon.output).not.toMatch(/UnhandledPromise|node:internal/);
  return { code, said: daemon.output };
}

test('several wrong settings are all named at once, exit 2', async () => {
  const file = join(home, 'tradar.json');
  writeFileSync(file, JSON.stringify({ limts: {}, demo: { speed: -1 } }));
  const { code, said } = await failed({ TRADAR_API_PORT: 'seventeen' });
  expect(code).toBe(2);
  expect(said).toMatch(/limts/);
  expect(said).toMatch(/limits/);
  expect(said).toMatch(/demo\.speed/);
  expect(said).toMatch(/TRADAR_API_PORT/);
});

test('a settings file that is no JSON is named with line and column, exit 2', async () => {
  writeFileSync(join(home, 'tradar.json'), '{\n  "mode": demo\n}');
  const { code, said } = await failed();
  expect(code).toBe(2);
  expect(said).toMatch(/tradar\.json.*(line 2|:2)/s);
});

test('paper without keys names the two variables, exit 2', async () => {
  const { code, said } = await failed({}, ['--mode', 'paper']);
  expect(code).toBe(2);
  expect(said).toMatch(/APCA_API_KEY_ID/);
  expect(said).toMatch(/APCA_API_SECRET_KEY/);
});

test('live without evidence and an arming, exit 3', async () => {
  const { code, said } = await failed({}, ['--mode', 'live']);
  expect(code).toBe(3);
  expect(said).toContain('I_UNDERSTAND_LIVE_RISK');
});

test('a port that is taken is named, exit 1', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address() as { port: number };
  const { code, said } = await failed({ TRADAR_API_PORT: `${port}` });
  holder.close();
  expect(code).toBe(1);
  expect(said).toContain(`${port}`);
});

test('a database that another program holds is named, exit 1', async () => {
  const file = join(home, 'tradar.sqlite');
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE held (id INTEGER); BEGIN EXCLUSIVE');
  const { code, said } = await failed();
  other.close();
  expect(code).toBe(1);
  expect(said).toMatch(/locked/);
  expect(said).toContain(file);
});

test('a database server that is not there is named without its password, exit 1', async () => {
  const { code, said } = await failed({ DATABASE_URL: 'mysql://user:canary-password@127.0.0.1:9/tradar' });
  expect(code).toBe(1);
  expect(said).toMatch(/127\.0\.0\.1:9/);
  expect(said).not.toContain('canary-password');
});

test('a Redis that is not there is not waited for, exit 1', async () => {
  const { code, said } = await failed({ REDIS_URL: 'redis://127.0.0.1:1' });
  expect(code).toBe(1);
  expect(said).toMatch(/Redis does not answer/);
  expect(said).not.toContain('waiting for the lease');
});

/** A copy of the demo's folder with one stock's file replaced by these lines. */
function barsWith(lines: readonly string[]): string {
  const folder = join(home, 'bars');
  cpSync(BUNDLED, folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { files: { file: string; sha256: string }[] };
  const packed = gzipSync([HEADER, ...lines, ''].join('\n'));
  const entry = manifest.files[0]!;
  writeFileSync(join(folder, entry.file), packed);
  entry.sha256 = createHash('sha256').update(packed).digest('hex');
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

test.each([
  ['unsorted', [GOOD[1]!, GOOD[0]!], /line 3/],
  ['a duplicate', [GOOD[0]!, GOOD[0]!], /line 3/],
  ['a negative price', [GOOD[0]!, '2019-02-13T14:31:00Z,-1,101,99,100,10'], /line 3/],
  ['not a number', [GOOD[0]!, '2019-02-13T14:31:00Z,NaN,101,99,100,10'], /line 3/],
  ['a gap', [GOOD[0]!, '2019-02-13T20:31:00Z,100,101,99,100,10'], /no bar for \d+ minutes/],
  ['torn', [GOOD[0]!, '2019-02-13T14:31:00Z,100,1'], /line 3/],
])('a bar file with %s is refused by name and line, exit 1', async (_what, lines, where) => {
  const folder = barsWith(lines);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'tradar.json'), JSON.stringify({ demo: { barsFolder: folder } }));
  const { code, said } = await failed();
  expect(code).toBe(1);
  expect(said).toMatch(/AAPL_2019/);
  expect(said).toMatch(where);
});
