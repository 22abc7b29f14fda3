/** Locks over the control plane: placed for what the plan has, listed, removed by their number, and refused in words. */
import { expect, test } from 'vitest';
import { HOUR_MS, plus } from '#server/domain/time.ts';
import { newMarket } from '#server/engine/genesis.ts';
import { AAPL, BTC, portfolio } from '#tests/support/builders.ts';
import { AT } from './fake-desk.ts';
import { httpClient, serveFake } from './harness.ts';

async function served() {
  const fake = await serveFake();
  fake.daemon.books.at = AT;
  for (const symbol of [AAPL, BTC]) fake.daemon.books.markets.set(symbol, newMarket(symbol, symbol === AAPL ? portfolio() : undefined));
  return fake;
}

const AAPL_LOCK = {
  ...{ id: 1, scope: 'symbol', name: 'AAPL', cause: 'operator', by: 'api', reason: 'earnings', isCauseThere: false },
  ...{ since: '2026-11-20T15:00:00.000Z', until: '2026-11-20T17:00:00.000Z' },
} as const;

test('a lock is placed for so many minutes of market time, listed, and removed by its number', async () => {
  await using fake = await served();
  const { locks } = httpClient(fake.api.url);
  expect(await locks.list.query()).toEqual({ items: [] });
  expect(await locks.add.mutate({ scope: 'symbol', name: 'AAPL', minutes: 120, reason: ' earnings ' })).toEqual(AAPL_LOCK);
  expect(await locks.list.query()).toEqual({ items: [AAPL_LOCK] });
  expect(await locks.remove.mutate({ id: 1, note: 'they are out' })).toEqual({ items: [] });
});

test('of a portfolio or a deployment too, until a time or without an end', async () => {
  await using fake = await served();
  const { locks } = httpClient(fake.api.url);
  const until = new Date(plus(AT, HOUR_MS)).toISOString();
  expect(await locks.add.mutate({ scope: 'portfolio', name: 'test', until, reason: 'x' })).toMatchObject({ name: 'test', until });
  expect(await locks.add.mutate({ scope: 'deployment', name: 'one', reason: 'x' })).toMatchObject({
    id: 2,
    scope: 'deployment',
    until: null,
  });
});

test.each([
  [{ scope: 'symbol', name: 'MSFT' }, 'there is no symbol "MSFT" in the plan', 'use one of AAPL'],
  [{ scope: 'symbol', name: 'BTC/USD' }, 'there is no symbol "BTC/USD" in the plan', 'use one of AAPL'],
  [{ scope: 'portfolio', name: 'one' }, 'there is no portfolio "one" in the plan', 'use one of test'],
  [{ scope: 'deployment', name: 'test' }, 'there is no deployment "test" in the plan', 'use one of one'],
  [{ scope: 'symbol', name: 'AAPL', until: '2026-11-20T15:00:00.000Z' }, 'over before it begins', 'market time'],
] as const)('%j is refused', async (input, message, hint) => {
  await using fake = await served();
  const call = httpClient(fake.api.url).locks.add.mutate({ ...input, reason: 'x' });
  await expect(call).rejects.toMatchObject({ message: expect.stringContaining(message) });
  await expect(call).rejects.toMatchObject({ data: { code: 'CONFLICT', appCode: 'lockRefused', hint: expect.stringContaining(hint) } });
  expect(fake.daemon.books.locks).toEqual([]);
});

test('what is not there is not removed, and there are no more than anybody looks at', async () => {
  await using fake = await served();
  const { locks } = httpClient(fake.api.url);
  await expect(locks.remove.mutate({ id: 3, note: 'x' })).rejects.toMatchObject({ data: { appCode: 'lockRefused' } });
  await expect(locks.add.mutate({ scope: 'symbol', name: 'AAPL', minutes: 1, until: AAPL_LOCK.until, reason: 'x' })).rejects.toMatchObject({
    data: { appCode: 'inputInvalid' },
  });
  await locks.add.mutate({ scope: 'symbol', name: 'AAPL', reason: 'x' });
  const [one] = fake.daemon.books.locks;
  for (let id = 2; id <= 199; id++) fake.daemon.books.locks.push({ ...one!, id });
  await locks.add.mutate({ scope: 'symbol', name: 'AAPL', reason: 'the last' });
  await expect(locks.add.mutate({ scope: 'symbol', name: 'AAPL', reason: 'x' })).rejects.toMatchObject({
    message: 'there are 200 locks already',
  });
});
