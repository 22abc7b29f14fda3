/** The demo as a user has it: a process of its own that trades, is stopped, killed, started again, and loses nothing. */
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sentinelPath } from '#server/adapters/sentinel.ts';
import { type Client, connected, Daemon, newHome, reconciled, removeHome, until } from './daemon.ts';
import { brokersAccount, brokersOrders, brokersPositions, holdings } from './exchange.ts';

let home: string;

beforeEach(() => {
  home = newHome();
});
afterEach(() => removeHome(home));

const start = (env: Record<string, string> = {}, args: readonly string[] = []) => new Daemon(home, env, ['--speed', '600', ...args]);

const trading = (daemon: Daemon, client: Client, orders: number) =>
  until(
    daemon,
    async () => {
      const account = await client.trpc.account.get.query();
      return account.filledOrders >= orders && account.reconciled ? account : undefined;
    },
    `${orders} filled orders`,
  );

const killState = (client: Client) => client.trpc.killSwitch.state.query();

/** Positions and cash of books and broker, asked for until nothing moved in between. */
async function booksAgree(daemon: Daemon, client: Client): Promise<void> {
  await until(
    daemon,
    async () => {
      const before = await brokersAccount(home);
      const ours = await client.trpc.positions.list.query({ limit: 100 });
      const account = await client.trpc.account.get.query();
      const theirs = await brokersPositions(home);
      const after = await brokersAccount(home);
      const same = before.cash === after.cash && account.cash === after.cash;
      const held = holdings(ours.items.filter((position) => Number(position.quantity) !== 0));
      return same && held.join() === holdings(theirs.map(({ symbol, qty }) => ({ symbol, quantity: qty }))).join() ? true : undefined;
    },
    'books and broker to agree',
  );
}

/** Every order that the broker has came from us once, and every one that we know filled is at the broker. */
async function noneLostNoneDoubled(client: Client): Promise<void> {
  const theirs = await brokersOrders(home, 'all');
  expect(new Set(theirs.map((order) => order.client_order_id)).size).toBe(theirs.length);
  // The stop-loss of a pair has a name of the broker's; its take-profit has ours.
  const named = theirs.filter(({ order_class, type }) => order_class !== 'oco' || type === 'limit');
  for (const order of named.slice(0, 200)) {
    const ours = await client.trpc.orders.get.query({ id: order.client_order_id });
    expect(Number(ours.filled)).toBeLessThanOrEqual(Number(order.filled_qty));
  }
}

test('it trades, its books are those of the exchange, and SIGTERM ends it in order', async () => {
  await using daemon = start();
  const client = await connected(daemon);
  await trading(daemon, client, 8);
  await booksAgree(daemon, client);
  const decisions = await client.trpc.decisions.list.query({ limit: 10 });
  expect(decisions.items.length).toBeGreaterThan(0);
  for (const file of ['token', 'viewer-token']) expect(statSync(join(home, file)).mode & 0o777).toBe(0o600);
  expect(daemon.output).not.toMatch(/booksDiffer|"level":"error"/);
  expect(daemon.output).toMatch(/"msg":"order sent"/);
  expect(daemon.output).toMatch(/"msg":"filled"/);
  daemon.signal('SIGTERM');
  expect(await daemon.exited).toEqual({ code: 0, signal: null });
  expect(existsSync(join(home, 'daemon.json'))).toBe(false);
});

test('kill -9 at any moment: the next start goes on, no order lost or doubled, the kill level as before', async () => {
  let killed = 0;
  for (let round = 0; round < 4; round++) {
    await using daemon = start();
    const client = await connected(daemon);
    const { filledOrders } = await trading(daemon, client, killed + 3);
    await booksAgree(daemon, client);
    await noneLostNoneDoubled(client);
    killed = filledOrders;
    if (round === 2) await client.trpc.killSwitch.engage.mutate({ level: 'reduceOnly', reason: 'before the last kill' });
    if (round === 3) expect((await killState(client)).level).toBe('reduceOnly');
    await client.close();
    await daemon.kill();
    // Only exits may leave from here on.
    if (round === 2) killed = filledOrders - 3;
  }
});

test('flatten by tRPC: no opening order afterwards, everything closed, and still so after a restart', async () => {
  {
    await using daemon = start();
    const client = await connected(daemon);
    await until(
      daemon,
      async () => ((await client.trpc.positions.list.query()).items.some((one) => Number(one.quantity) !== 0) ? true : undefined),
      'a position',
    );
    await client.trpc.killSwitch.engage.mutate({ level: 'flatten', reason: 'test' });
    await until(
      daemon,
      async () => ((await brokersPositions(home)).length === 0 && (await brokersOrders(home, 'open')).length === 0 ? true : undefined),
      'flat',
    );
    const opening = await client.trpc.orders.list.query({ limit: 100 });
    const state = await killState(client);
    expect(opening.items.filter((order) => order.purpose === 'open' && order.seq > state.latchId)).toEqual([]);
    await daemon.kill();
  }
  await using again = start();
  const client = await connected(again);
  const state = await killState(client);
  expect(state.level).toBe('flatten');
  await reconciled(again, client);
  await client.trpc.killSwitch.release.mutate({ latchId: state.latchId, note: 'rehearsed', phrase: `release flatten ${state.latchId}` });
  expect((await killState(client)).level).toBe('armed');
});

test('the sentinel file halts, and holds until it is gone', async () => {
  await using daemon = start();
  const client = await connected(daemon);
  writeFileSync(sentinelPath(home), '');
  const halted = await until(
    daemon,
    async () => ((await killState(client)).level === 'halt' ? await killState(client) : undefined),
    'the halt',
  );
  await reconciled(daemon, client);
  await expect(
    client.trpc.killSwitch.release.mutate({ latchId: halted.latchId, note: 'no', phrase: `release halt ${halted.latchId}` }),
  ).rejects.toThrow(/sentinel/);
  rmSync(sentinelPath(home));
  // It cools down first, and waits for a statement that is newer; a look at the file that was under way when it went engages once more.
  const released = async (): Promise<true | undefined> => {
    const { level, latchId } = await killState(client);
    if (level === 'armed') return true;
    try {
      await client.trpc.killSwitch.release.mutate({ latchId, note: 'yes', phrase: `release ${level} ${latchId}` });
    } catch (error) {
      expect(String(error)).toMatch(/cools down|newer than the latch|not the engaged one/);
    }
    return undefined;
  };
  await until(daemon, released, 'the release');
});

test('SIGUSR2 cancels all orders', async () => {
  await using daemon = start();
  const client = await connected(daemon);
  daemon.signal('SIGUSR2');
  await until(daemon, async () => ((await killState(client)).level === 'cancelAll' ? true : undefined), 'cancelAll');
});

test('an unhandled rejection is journalled, cancels opening orders, ends with 1, and is still engaged at the next start', async () => {
  const bomb = "data:text/javascript,process.on('SIGWINCH', () => { Promise.reject(new Error('boom')); })";
  {
    await using daemon = start({ NODE_OPTIONS: `--import="${bomb}"` });
    await connected(daemon);
    daemon.signal('SIGWINCH');
    expect((await daemon.exited).code).toBe(1);
    expect(daemon.output).toMatch(/"where":"unhandledRejection".*boom/);
  }
  await using again = start();
  const client = await connected(again);
  expect(await killState(client)).toMatchObject({ level: 'cancelOpening', by: 'unhandledRejection', reason: 'boom' });
});

test('a second daemon on the same home is refused, naming the first', async () => {
  await using daemon = start();
  await connected(daemon);
  await using second = start();
  expect((await second.exited).code).toBe(1);
  expect(second.output).toMatch(/(pid|process) \d+/);
  expect(daemon.running).toBe(true);
});
