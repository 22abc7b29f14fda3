/** Two homes, one account: the second daemon is refused before it gives an order, and only for as long as the first one lives. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { servedExchange } from '#tests/cli/served-exchange.ts';
import { tradar } from '#tests/cli/tradar.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { connected, Daemon } from './daemon.ts';

test('a second daemon on the account with another home is refused at its start, and halts nobody', { timeout: 120_000 }, async () => {
  using one = temporaryFolder();
  using other = temporaryFolder();
  await using exchange = await servedExchange(['--speed', '60']);
  for (const { path } of [one, other]) writeFileSync(join(path, 'tradar.json'), JSON.stringify({ demo: { exchangeUrl: exchange.url } }));
  await using first = new Daemon(one.path, {}, []);
  const client = await connected(first);
  const second = async () => await tradar({ args: ['start', '--json', '--port', '0'], env: { TRADAR_HOME: other.path } });
  const refused = await second();
  expect({ code: refused.code, ...JSON.parse(refused.out) }).toMatchObject({
    code: 1,
    error: { code: 'accountTaken', message: expect.stringContaining(`(pid ${first.pid}, home ${one.path})`) },
  });
  first.signal('SIGSTOP');
  expect(JSON.parse((await second()).out)).toMatchObject({ error: { code: 'accountTaken' } });
  first.signal('SIGCONT');
  expect((await client.trpc.killSwitch.state.query()).level).toBe('armed');
  await client.close();
  await first.kill();
  await using heir = new Daemon(other.path, {}, []);
  await (await connected(heir)).close();
});
