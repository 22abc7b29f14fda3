/** A daemon that is alive and silent, or whose daemon.json is damaged: what is said must be true, and must help. */
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeHomeLock } from '#server/adapters/home-lock.ts';
import { announceExchange } from '#server/exchange/wire/announce.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { connected, Daemon, until } from '#tests/e2e/daemon.ts';
import { tradar } from './tradar.ts';

interface Said {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string; readonly pid?: number };
}
interface Examined {
  readonly checks: readonly { readonly check: string; readonly state: string; readonly detail: string; readonly remedy: string | null }[];
}

const errorOf = (out: string) => (JSON.parse(out) as Said).error;
const rowOf = (out: string, name: string) => (JSON.parse(out) as Examined).checks.find(({ check }) => check === name);

test('a frozen demo daemon is called alive and silent, not dead, and --direct is not recommended', { timeout: 90_000 }, async () => {
  using home = temporaryFolder();
  await using daemon = new Daemon(home.path, {}, ['--speed', '600']);
  const client = await connected(daemon);
  const { pid, url } = client.announcement;
  await client.close();
  daemon.signal('SIGSTOP');
  const env = { TRADAR_HOME: home.path, TRADAR_API_PORT: new URL(url).port };
  const call = (...args: string[]) => tradar({ args: [...args, '--json'], env });
  const [direct, status, doctor] = await Promise.all([call('kill', '--direct', '--level', 'flatten'), call('status'), call('doctor')]);
  expect(errorOf(direct.out)).toMatchObject({
    code: 'daemonFrozen',
    pid,
    message: expect.stringMatching(/is alive and does not answer; .*KILL is set/),
    hint: expect.stringContaining(`"kill -CONT ${pid}", or end it with "kill -9 ${pid}"`),
  });
  expect([direct.code, status.code]).toEqual([1, 1]);
  expect(existsSync(join(home.path, 'KILL'))).toBe(true);
  expect(errorOf(status.out)).toMatchObject({ code: 'unreachable', message: expect.stringContaining(`process ${pid}, is alive`) });
  expect(status.out).not.toContain('--direct');
  expect(rowOf(doctor.out, 'daemon')).toMatchObject({ state: 'fail', remedy: expect.stringContaining(`kill -CONT ${pid}`) });
  expect(rowOf(doctor.out, 'port')).toMatchObject({ state: 'ok', detail: expect.stringContaining("this home's own daemon") });
  const kill = await call('kill');
  expect(errorOf(kill.out)).toMatchObject({ code: 'unreachable', hint: expect.stringContaining(`kill -CONT ${pid}`) });
  expect(kill.out).not.toContain('--direct');

  daemon.signal('SIGCONT');
  const look = async () => (await tradar({ args: ['status', '--json'], env })).out;
  expect(await until(daemon, async () => /"killLevel":"(halt|armed)"/.exec(await look())?.[1], 'an answer')).toBe('halt');

  await daemon.kill();
  const dead = await call('kill');
  expect(errorOf(dead.out)).toMatchObject({ code: 'stale', hint: expect.stringContaining('nothing is left to cancel') });
  expect(dead.out).not.toContain('--direct');
});

test('the doctor tells a damaged daemon.json apart: with a daemon, without one', async () => {
  using home = temporaryFolder();
  writeFileSync(join(home.path, 'daemon.json'), '{ torn');
  const env = { TRADAR_HOME: home.path, TRADAR_API_PORT: '0' };
  const alone = await tradar({ args: ['doctor', '--json'], env });
  expect(rowOf(alone.out, 'daemon')).toMatchObject({
    state: 'warn',
    detail: expect.stringMatching(/not running, and .*daemon\.json is damaged/),
  });
  const lock = takeHomeLock(home.path);
  const beside = await tradar({ args: ['doctor', '--json'], env });
  await lock.release();
  expect(rowOf(beside.out, 'daemon')).toMatchObject({ state: 'fail', detail: expect.stringContaining(`process ${process.pid} works in`) });
});

test('the doctor does not call the daemon of another home our own, nor a program to be stopped', async () => {
  using home = temporaryFolder();
  const other = createServer((_req, res) => res.end('{"status":"ok"}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const last = { pid: process.pid, url: `http://127.0.0.1:${port}`, startedAt: '2026-01-01T00:00:00.000Z', mode: 'demo' };
  writeFileSync(join(home.path, 'daemon.json'), JSON.stringify(last));
  const { out } = await tradar({ args: ['doctor', '--json'], env: { TRADAR_HOME: home.path, TRADAR_API_PORT: `${port}` } });
  other.closeAllConnections();
  await new Promise((resolve) => other.close(resolve));
  expect(rowOf(out, 'port')).toMatchObject({
    state: 'fail',
    detail: expect.stringContaining('the daemon of another home'),
    remedy: 'choose another for this home with TRADAR_API_PORT',
  });
});

test('--direct beside a live daemon does not believe lists that were empty before the sentinel was seen', async () => {
  using home = temporaryFolder();
  let orders: object[] = [];
  let looks = 0;
  const broker = createServer((req, res) => {
    const path = (req.url ?? '').split('?')[0];
    const answer = (body: unknown, status = 200) => res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (req.method === 'DELETE') {
      const gone = orders.map((order) => ({ ...order, status: 200 }));
      orders = [];
      return answer(gone, 207);
    }
    if (path !== '/v2/orders') return answer([]);
    answer(orders);
    looks += 1;
    // The daemon had it under way.
    if (looks === 1) orders = [{ id: 'late', symbol: 'AAPL' }];
    return undefined;
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => broker.once('listening', resolve));
  await announceExchange(join(home.path, 'exchange'), `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);
  const lock = takeHomeLock(home.path);
  const { code, out } = await tradar({ args: ['kill', '--direct', '--json'], env: { TRADAR_HOME: home.path } });
  await lock.release();
  broker.closeAllConnections();
  await new Promise((resolve) => broker.close(resolve));
  expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, confirmed: true, cancelled: 1 });
  expect(orders).toEqual([]);
});
