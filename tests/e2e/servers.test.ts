/** The same demo on MySQL and Redis: journal and lease on servers, and nothing else changed. */
import { createConnection } from 'mysql2/promise';
import { expect, inject, test } from 'vitest';
import { connected, Daemon, newHome, removeHome, until } from './daemon.ts';

async function newDatabase(): Promise<string> {
  const server = inject('mysql');
  const name = `e2e_${Date.now().toString(36)}`;
  const connection = await createConnection(server);
  await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await connection.end();
  return `${server.replace(/\/$/, '')}/${name}`;
}

test('the demo on MySQL and Redis trades, survives kill -9, and holds the lease against a second machine', async () => {
  const env = { DATABASE_URL: await newDatabase(), REDIS_URL: inject('redis') };
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
