/** The verbs that talk to a running daemon, and the daemon's own exit codes. */

import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { daemonView } from '#scripts/cli/daemon-view.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { connected, Daemon, until } from '#tests/e2e/daemon.ts';
import { tradar } from './tradar.ts';

const STATUS_KEYS = 'mode runId killLevel equity cash filledOrders openOrders positions marketTime dayProfitLoss reconciled'.split(' ');

const json = <T>(text: string): T => JSON.parse(text) as T;

type Calling = (...args: string[]) => ReturnType<typeof tradar>;

/** Whoever mistypes a scope must not believe that it was stopped; one without a word of why must not be refused. */
async function mistype(home: string, call: Calling): Promise<void> {
  const typo = await call('kill', '--level', 'halt', '--scope', 'symbol:APPL', '--json');
  const error = { code: 'engageRefused', message: 'nothing is traded under symbol:APPL' };
  expect({ code: typo.code, ...json<object>(typo.out) }).toMatchObject({ code: 1, error });
  expect(existsSync(join(home, 'KILL'))).toBe(false);
  expect(json((await call('status', '--json')).out)).toMatchObject({ killLevel: 'armed' });
}

/** The file stops the account: who releases a part of it has not looked at why. */
async function releasePart(home: string, call: Calling): Promise<void> {
  const part = json<{ latchId: number }>((await call('kill', '--level', 'halt', '--scope', 'symbol:AAPL', '--json')).out);
  symlinkSync('/nowhere', join(home, 'KILL'));
  const level = async () => json<{ killLevel: string }>((await call('status', '--json')).out).killLevel;
  expect(await level(), 'a link that leads nowhere is there, too').toBe('halt');
  const release = ['--release', '--latch', String(part.latchId), '--note', 'x', '--phrase', `release halt ${part.latchId}`];
  const refused = await call('kill', ...release, '--json');
  expect({ code: refused.code, ...json<object>(refused.out) }).toMatchObject({ code: 1, error: { code: 'releaseRefused' } });
  expect(readdirSync(home).filter((name) => name.startsWith('KILL'))).toEqual(['KILL']);
  rmSync(join(home, 'KILL'));
  expect(await level(), 'nothing releases itself').toBe('halt');
  expect(await call('kill', ...release)).toMatchObject({ code: 0 });
}

async function killAndRelease(home: string, call: Calling): Promise<void> {
  const bare = await call('kill', '--level', 'halt', '--reason', '', '--json');
  expect({ code: bare.code, ...json<object>(bare.out) }).toMatchObject({ code: 0, level: 'halt', durable: true });
  const killed = await call('kill', '--level', 'cancelOpening', '--reason', 'a \x1b[31mtest\nmode  live', '--json');
  expect(killed.code).toBe(0);
  const { latchId } = json<{ latchId: number }>(killed.out);
  expect(json(killed.out)).toMatchObject({ level: 'cancelOpening', durable: true, sentinel: true });
  const shown = (await call('status')).out;
  expect(shown).toMatch(/^kill switch {3}cancelOpening \(.*: a {1,2}\[31mtest mode {2}live\)$/m);
  expect(shown).not.toContain('\x1b');

  const letGo = (latch: number, note: string, phrase: string) => [
    '--release',
    '--latch',
    String(latch),
    '--note',
    note,
    '--phrase',
    phrase,
  ];
  const wrong = await call('kill', ...letGo(latchId + 1, 'no', 'release halt 1'), '--json');
  expect({ code: wrong.code, ...json<object>(wrong.out) }).toMatchObject({ code: 1, error: { code: 'releaseRefused' } });
  expect(existsSync(join(home, 'KILL'))).toBe(true);
  const released = await call('kill', ...letGo(latchId, 'done', `release cancelOpening ${latchId}`));
  expect(released).toMatchObject({ code: 0, out: 'kill switch is armed\n' });
  expect(existsSync(join(home, 'KILL'))).toBe(false);
}

/** Locks a symbol, sees it listed, and takes the lock away. */
async function lockAndUnlock(call: Calling): Promise<void> {
  const added = await call('lock', 'add', '--symbol', 'AAPL', '--minutes', '500000', '--reason', 'a \x1b[31mtest', '--json');
  expect({ code: added.code, ...json<object>(added.out) }).toMatchObject({ code: 0, id: 1, scope: 'symbol', name: 'AAPL', by: 'api' });
  expect((await call('lock', 'list')).out).toMatch(/^1 {2}symbol AAPL, until \d{4}-.*Z, by api: a \s*\[31mtest$/m);
  const unknown = await call('lock', 'add', '--symbol', 'ZZZ', '--reason', 'x', '--json');
  expect({ code: unknown.code, ...json<object>(unknown.out) }).toMatchObject({ code: 1, error: { code: 'lockRefused' } });
  expect(await call('lock', 'remove', '1', '--note', 'done')).toMatchObject({ code: 0, out: 'lock 1 is removed; 0 are left\n' });
  expect(json((await call('lock', 'list', '--json')).out)).toEqual({ locks: [] });
}

test('status, watch, kill and release, as a person would', { timeout: 90_000 }, async () => {
  using home = temporaryFolder();
  await using daemon = new Daemon(home.path, {}, ['--speed', '1000']);
  const client = await connected(daemon);
  const { model } = await daemonView(home.path)(client);
  expect(model, 'what the view of the daemon itself has').toMatchObject({ speed: 1000, home: home.path });
  const hours = async () => (await daemonView('data')(client)).model;
  await until(daemon, async () => ((await hours()).stocks === undefined ? undefined : true), 'the calendar');
  expect(await hours()).toMatchObject({ home: undefined, stocks: { isOpen: expect.any(Boolean), nextOpen: expect.any(Number) } });
  await client.close();
  const env = { TRADAR_HOME: home.path };
  const call = (...args: string[]) => tradar({ args, env });

  const status = await call('status', '--json');
  expect({ code: status.code, err: status.err }).toEqual({ code: 0, err: '' });
  expect(Object.keys(json<object>(status.out))).toEqual(expect.arrayContaining(STATUS_KEYS));
  expect(json(status.out)).toMatchObject({ mode: 'demo', killLevel: 'armed', positions: expect.any(Array) });

  const watched = await call('watch', '--json', '--for', '2.5');
  expect(watched.code).toBe(0);
  const lines = watched.out.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(json(line)).toHaveProperty('equity');

  await mistype(home.path, call);
  await releasePart(home.path, call);
  await killAndRelease(home.path, call);

  await lockAndUnlock(call);

  const doctor = await call('doctor');
  expect(doctor.out).toMatch(/^ok\s+port\s+a daemon serves this home/m);

  const second = await tradar({ args: ['start', '--port', '0', '--json'], env });
  expect({ code: second.code, ...json<object>(second.out) }).toMatchObject({
    code: 1,
    error: {
      code: 'homeTaken',
      message: expect.stringContaining('another daemon works in'),
      hint: expect.stringContaining('choose another folder with TRADAR_HOME'),
    },
  });

  daemon.signal('SIGTERM');
  expect(await daemon.exited).toMatchObject({ code: 0 });
  expect((await call('status', '--json')).code).toBe(1);
});

test('a port that was asked for and is taken: one message, exit 1', async () => {
  using home = temporaryFolder();
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const { code, err } = await tradar({ args: ['start', '--port', String(port), '--log-level', 'error'], env: { TRADAR_HOME: home.path } });
  await new Promise((resolve) => server.close(resolve));
  expect(code).toBe(1);
  expect(err).toContain(`${port}`);
  expect(err).not.toMatch(/^\s+at /m);
});

test('tradar --help is there at once', async () => {
  let best = Number.POSITIVE_INFINITY;
  // A busy machine is slow many times in a row; a slow command line is slow always.
  for (let round = 0; round < 30 && best >= 300; round++) {
    const begin = performance.now();
    await tradar({ args: ['--help'] });
    best = Math.min(best, performance.now() - begin);
  }
  expect(best).toBeLessThan(300);
});
