/** The same demo on MySQL and Redis: journal and lease on servers, and nothing else changed. */
import { expect, inject, test } from 'vitest';
import { pausingProxy } from '#tests/support/proxy.ts';
import { connected, Daemon, newHome, reconciled, removeHome, until } from './daemon.ts';
import { newDatabase } from './database.ts';
import { brokersOrders, restAtTheBroker } from './exchange.ts';

test('the demo on MySQL and Redis trades, and goes on after kill -9 as soon as the lease of the dead is over', async () => {
  const env = { DATABASE_URL: await newDatabase(inject('mysql')), REDIS_URL: inject('redis') };
  const home = newHome();
  try {
    let filled = 0;
    for (let round = 0; round < 2; round++) {
      await using daemon = new Daemon(home, env, ['--speed', '600']);
      const client = await connected(daemon);
      const account = await until(
        daemon,
        async () => {
          const now = await client.trpc.account.get.query();
          return now.filledOrders >= filled + 3 && now.reconciled ? now : undefined;
        },
        'three more filled orders',
      );
      filled = account.filledOrders;
      expect(daemon.output).not.toContain(env.DATABASE_URL);
      await client.close();
      if (round === 0) {
        await daemon.kill();
        continue;
      }
      daemon.signal('SIGTERM');
      expect((await daemon.exited).code).toBe(0);
    }
  } finally {
    removeHome(home);
  }
});

test('a second machine on the same account is refused while the first one lives', async () => {
  const env = { DATABASE_URL: await newDatabase(inject('mysql')), REDIS_URL: inject('redis') };
  const [home, other] = [newHome(), newHome()];
  try {
    await using daemon = new Daemon(home, env, []);
    await connected(daemon);
    await using second = new Daemon(other, env, []);
    expect((await second.exited).code).toBe(1);
    expect(second.output).toMatch(/another daemon trades demo:/);
    expect(daemon.running).toBe(true);
    daemon.signal('SIGTERM');
    expect((await daemon.exited).code).toBe(0);
  } finally {
    removeHome(home);
    removeHome(other);
  }
});

test('D1: with the database away the kill switch cancels at the broker all the same, and says that the journal does not have it', async () => {
  await using proxy = await pausingProxy(new URL(await newDatabase(inject('mysql'))));
  const home = newHome();
  try {
    await using daemon = new Daemon(home, { DATABASE_URL: proxy.url }, []);
    const client = await connected(daemon);
    await reconciled(daemon, client);
    await restAtTheBroker(home, { symbol: 'BTC/USD', qty: '1', side: 'buy', type: 'limit', limit_price: '100', time_in_force: 'gtc' });
    expect(await brokersOrders(home, 'open')).toHaveLength(1);
    proxy.pause();
    const engaging = client.trpc.killSwitch.engage.mutate({ level: 'cancelAll', reason: 'the database is away' });
    await until(daemon, async () => ((await brokersOrders(home, 'open')).length === 0 ? true : undefined), 'the order to be gone');
    expect((await client.trpc.killSwitch.state.query()).level).toBe('cancelAll');
    expect(await engaging).toMatchObject({ level: 'cancelAll', durable: false });
    expect((await client.trpc.system.health.query()).status).toBe('halted');
    await client.close();
    await daemon.kill();
  } finally {
    removeHome(home);
  }
});
