/** How the command line finds a daemon, and what it says when there is none. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { announce, announcementFile, readAnnouncement } from '#server/api/announce.ts';
import { connectDaemon } from '#server/api/client.ts';
import { ensureTokens, tokenFile } from '#server/api/token.ts';
import { serveFake } from './harness.ts';

const STARTED = '2026-11-20T15:00:00.000Z';

async function announced(change: { pid?: number; url?: string } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'tradar-client-'));
  const served = await serveFake({ tokens: await ensureTokens(home) });
  const withdraw = await announce(home, { pid: process.pid, url: served.api.url, startedAt: STARTED, mode: 'demo', ...change });
  const end = async () => {
    await served.api.close();
    await rm(home, { recursive: true });
  };
  return { home, served, withdraw, [Symbol.asyncDispose]: end };
}

const complaint = (home: string) =>
  connectDaemon(home).then(
    () => undefined,
    (error: unknown) => error as { reason: string; message: string },
  );

test('finds the daemon of a home and speaks to it, calls and streams', async () => {
  await using place = await announced();
  const daemon = await connectDaemon(place.home);
  expect(daemon.announcement).toMatchObject({ pid: process.pid, mode: 'demo' });
  expect(await daemon.trpc.system.version.query()).toMatchObject({ version: '1.2.3' });
  const heard = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const subscription = daemon.trpc.events.stream.subscribe(undefined, {
    onStarted: () => started.resolve(),
    onData: ({ data }) => heard.resolve(data.summary),
  });
  await started.promise;
  place.served.daemon.emit({ kind: 'stopping', reason: 'SIGTERM', cancelOrders: false });
  expect(await heard.promise).toBe('stopping: SIGTERM');
  subscription.unsubscribe();
  await daemon.close();
});

test('the announcement is for the owner only, is taken back, and only by the one who made it', async () => {
  await using place = await announced();
  expect((await stat(announcementFile(place.home))).mode & 0o777).toBe(0o600);
  const next = await announce(place.home, { pid: 1, url: 'http://127.0.0.1:1', startedAt: STARTED, mode: 'paper' });
  await place.withdraw();
  expect(await readAnnouncement(place.home)).toMatchObject({ pid: 1 });
  await next();
  await next();
  expect(await readdir(place.home)).toEqual(['token', 'viewer-token']);
});

test('no daemon, a dead one, a damaged file, a silent port, a lost token: each is said with its remedy', async () => {
  await using place = await announced();
  await rm(tokenFile(place.home, 'operator'));
  expect(await complaint(place.home)).toMatchObject({ reason: 'tokenMissing', message: expect.stringContaining('restart the daemon') });
  const { url } = place.served.api;
  await announce(place.home, { pid: process.pid, url: `${url}/somebody-else`, startedAt: STARTED, mode: 'demo' });
  expect(await complaint(place.home)).toMatchObject({ reason: 'unreachable' });
  await announce(place.home, { pid: process.pid, url, startedAt: STARTED, mode: 'demo' });
  await place.served.api.close();
  expect(await complaint(place.home)).toMatchObject({ reason: 'unreachable', message: expect.stringContaining(url) });
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  await announce(place.home, { pid: child.pid!, url, startedAt: STARTED, mode: 'demo' });
  expect(await complaint(place.home)).toMatchObject({ reason: 'stale', message: expect.stringContaining(`process ${child.pid} is gone`) });
  await writeFile(announcementFile(place.home), '{"pid":');
  expect(await complaint(place.home)).toMatchObject({ reason: 'stale', message: expect.stringContaining('damaged') });
  await rm(announcementFile(place.home));
  expect(await complaint(place.home)).toMatchObject({ reason: 'notRunning', message: expect.stringContaining('tradar start') });
});
