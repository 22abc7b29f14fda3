/** Keys changed under a daemon and its guard that trade: the old one revoked each time, no restart, no order lost. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { servedExchange } from '#tests/cli/served-exchange.ts';
import { tradar } from '#tests/cli/tradar.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import demo from '../../config/demo.json' with { type: 'json' };
import { connected, Daemon, until } from './daemon.ts';
import { holdings } from './exchange.ts';

interface Pair {
  readonly id: string;
  readonly secret: string;
}

const pair = (nth: number): Pair => ({ id: `PKROTATE${nth}`, secret: `secret-of-${nth}` });
const typed = ({ id, secret }: Pair): string => `${id}\n${secret}\n`;

/** An exchange with one key, a home with that key sealed, and what is needed to change it. */
async function prepared(home: string, masters: string) {
  const file = join(masters, 'exchange.keys');
  writeFileSync(file, `${pair(1).id}:${pair(1).secret}`, { mode: 0o600 });
  const exchange = await servedExchange(['--speed', '600', '--keys', file]);
  const { portfolios, limits } = demo;
  const settings = { rehearsal: { exchangeUrl: exchange.url }, portfolios, limits, reconcileEveryMs: 1_000 };
  writeFileSync(join(home, 'tradar.json'), JSON.stringify(settings));
  const master = join(masters, 'master.key');
  const env = { TRADAR_HOME: home, TRADAR_MASTER_KEY_FILE: master };
  const keys = (args: string[], input?: string) => tradar({ args: ['keys', ...args], env, ...(input === undefined ? {} : { input }) });
  expect((await keys(['add', 'paper'], typed(pair(1)))).code).toBe(0);
  const rotate = async (nth: number, daemon: Daemon): Promise<void> => {
    await exchange.control('/keys', pair(nth));
    const said = await keys(['rotate', 'paper'], typed(pair(nth)));
    expect(said, said.err + daemon.output.slice(-2_000)).toMatchObject({
      code: 0,
      err: expect.stringContaining(`uses version ${nth} now`),
    });
    expect(daemon.output).toContain('the key was changed');
    await exchange.control(`/keys/${pair(nth - 1).id}`, undefined, 'DELETE');
    await exchange.control('/streams/drop', {});
  };
  const held = async (nth: number): Promise<string[]> => {
    const headers = { 'APCA-API-KEY-ID': pair(nth).id, 'APCA-API-SECRET-KEY': pair(nth).secret };
    const list = (await (await fetch(`${exchange.url}/v2/positions`, { headers })).json()) as { symbol: string; qty: string }[];
    return holdings(list.map(({ symbol, qty }) => ({ symbol, quantity: qty })));
  };
  return { exchange, env, master, keys, rotate, held };
}

test('a rotated key is taken by a daemon that trades, the revoked one is used no more, and no order is lost', {
  timeout: 180_000,
}, async () => {
  using home = temporaryFolder();
  using masters = temporaryFolder();
  const { exchange, env, master, keys, rotate, held } = await prepared(home.path, masters.path);
  await using _ = exchange;
  await using daemon = new Daemon(home.path, { TRADAR_MASTER_KEY_FILE: master }, ['--mode', 'paper']);
  const client = await connected(daemon);
  const account = () => client.trpc.account.get.query();
  const more = async (count: number): Promise<void> => {
    const wanted = (await account()).filledOrders + count;
    await until(daemon, async () => ((await account()).filledOrders >= wanted ? true : undefined), `${wanted} filled orders`);
  };
  await more(2);
  for (const nth of [2, 3]) {
    await rotate(nth, daemon);
    await more(3);
  }
  // Another master key: what runs goes on, and takes later keys once the new master key is where it looks.
  const moved = await keys(['rotate', '--master', join(masters.path, 'next.key')]);
  expect(moved.code, moved.err).toBe(0);
  await until(daemon, async () => (daemon.output.includes('was sealed with the master key') ? true : undefined), 'word of it');
  await more(1);
  renameSync(join(masters.path, 'next.key'), master);
  await rotate(4, daemon);
  await more(2);

  const settled = await until(daemon, async () => ((await account()).reconciled ? await account() : undefined), 'a reconciliation');
  expect(settled.killLevel).toBe('armed');
  await exchange.control('/clock', { speed: 0 });
  const ours = async () => holdings((await client.trpc.positions.list.query({})).items);
  await expect.poll(ours, { timeout: 20_000 }).toEqual(await held(4));
  await client.close();
  daemon.signal('SIGTERM');
  expect((await daemon.exited).code).toBe(0);
  const replayed = await tradar({ args: ['replay', '--verify', '--mode', 'paper', '--json'], env });
  expect(JSON.parse(replayed.out)).toMatchObject({ equal: true, starts: 1, mode: 'paper-rehearsal' });
  expect(daemon.output).not.toMatch(/secret-of-|PKROTATE|"orderRejected"|splitBrain/);
});
