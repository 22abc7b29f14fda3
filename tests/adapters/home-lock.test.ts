/** One daemon per home, between real processes: refused while held, free the moment its holder is dead. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HomeLockError, holderOfHome, homeLockFile, takeHomeLock } from '#server/adapters/home-lock.ts';

const HOLDER = new URL('../support/home-lock-holder.ts', import.meta.url);

let home: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tradar-home-'));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map(kill));
  rmSync(home, { recursive: true });
});

/** Without an answer for death: what a power cut or the out-of-memory killer does. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function start(): ChildProcess {
  const child = fork(HOLDER, [home], { silent: true });
  children.push(child);
  return child;
}

async function hold(): Promise<{ child: ChildProcess; fence: number }> {
  const child = start();
  const [{ fence }] = (await once(child, 'message')) as [{ fence: number }];
  return { child, fence };
}

it('refuses a second daemon and names the process of the first', async () => {
  const { child } = await hold();
  expect(() => takeHomeLock(home)).toThrow(HomeLockError);
  expect(() => takeHomeLock(home)).toThrow(new RegExp(`another daemon works in ${home} \\(pid ${child.pid}, since .*stop it first`));
});

it('says of a home that is taken that it is taken, by a code of its own', async () => {
  await hold();
  const refused = expect.objectContaining({ code: 'homeTaken', hint: expect.stringContaining('stop it first') });
  expect(() => takeHomeLock(home)).toThrow(refused);
  expect(() => takeHomeLock(join(home, 'missing'))).toThrow(expect.objectContaining({ code: 'homeUnusable' }));
});

it('tells who works in a home, frozen or not, and nobody once he is dead; to ask leaves nothing behind', async () => {
  expect([holderOfHome(home), existsSync(homeLockFile(home))]).toEqual([undefined, false]);
  const { child } = await hold();
  child.kill('SIGSTOP');
  expect(holderOfHome(home)).toEqual({ pid: child.pid });
  await kill(child);
  expect(holderOfHome(home)).toBeUndefined();
  await takeHomeLock(home).release();
});

it('is free the moment its holder was killed, and its fence rises with every holder', async () => {
  const first = await hold();
  await kill(first.child);
  const second = await hold();
  await kill(second.child);
  const lease = takeHomeLock(home);
  expect([first.fence, second.fence, lease.fence]).toEqual([1, 2, 3]);
  await lease.release();
});

it('goes to exactly one of many that start at once, and the others name it', async () => {
  const started = Array.from({ length: 5 }, start);
  const said = await Promise.all(
    started.map(async (child) => {
      let text = '';
      child.stderr?.on('data', (chunk) => {
        text += chunk;
      });
      const [held] = await Promise.race([once(child, 'message').then(() => [true]), once(child, 'close').then(() => [false])]);
      return { child, held, text: () => text };
    }),
  );
  expect(said.filter(({ held }) => held)).toHaveLength(1);
  for (const loser of said.filter(({ held }) => !held)) expect(loser.text()).toMatch(/another daemon works in .*pid \d+/);
});

it('is refused within the same process too, and can be had again after a release', async () => {
  const first = takeHomeLock(home);
  expect(() => takeHomeLock(home)).toThrow(new RegExp(`pid ${process.pid}`));
  await first.release();
  await first.release();
  const second = takeHomeLock(home);
  expect(second.fence).toBe(first.fence + 1);
  await second.release();
});

it('says what is wrong with a folder that is not there, and with a lock file that is none', () => {
  expect(() => takeHomeLock(join(home, 'missing'))).toThrow(/lock of .*missing can not be taken: .*check that the folder exists/);
  writeFileSync(homeLockFile(home), 'something else, and longer than the header of a database'.repeat(50));
  expect(() => takeHomeLock(home)).toThrow(/can not be taken: file is not a database/);
});
