/** Halts and the broker's clock as the adapter tells them, from the built-in exchange and by hand. */
import { expect, test } from 'vitest';
import { createMarketFeed } from '#server/adapters/alpaca/market-feed.ts';
import { statusOf } from '#server/adapters/alpaca/market-schema.ts';
import { tellingSkew } from '#server/adapters/alpaca/skew.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Event } from '#server/engine/event.ts';
import { statement } from '#tests/support/builders.ts';
import { setUp, TIMING } from './exchange-world.ts';

test('a halt on the exchange, and its end, come through the stream of statuses', async () => {
  await using world = await setUp();
  const { market, told, clock, client, log } = world;
  const feed = createMarketFeed({
    ...{ client, tell: told.tell, clock, log, symbols: ['AAPL'] as AssetSymbol[] },
    ...{ sessions: () => [], warmUp: () => ({ minutes: 0, longer: [] }), timing: TIMING },
  });
  await feed.start();
  await told.next('feedRestored');
  for (const halted of [true, false]) {
    market.server.driver.ask({ kind: 'setHalt', symbol: 'AAPL', halted }, () => undefined);
    expect(await told.next('tradingStatus')).toMatchObject({ symbol: 'AAPL', isHalted: halted, reason: expect.stringContaining('Halt') });
  }
  await feed.stop();
});

test('of the codes of both tapes those that stop and go on count, and no others', () => {
  const of = (statusCode: unknown) => statusOf({ symbol: 'AAPL', statusCode, reasonCode: 'LUDP', reasonMessage: '' })?.isHalted;
  expect(['2', 'H', 'P', '3', 'T', 'Q', '5', 'E', undefined].map(of)).toEqual([
    true,
    true,
    true,
    false,
    false,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(statusOf({ symbol: 'AAPL', statusCode: 'P', reasonCode: 'LUDP', statusMessage: 'Pause' })?.reason).toBe('LUDP Pause');
  expect(statusOf({ symbol: 'AAPL', statusCode: 'H' })?.reason).toBe('H');
  expect([statusOf(null), statusOf({ statusCode: 'H' })]).toEqual([undefined, undefined]);
});

test('the distance of the clocks is told before a statement, when it is news', () => {
  const told: Event[] = [];
  let skewMs: number | undefined;
  const tell = tellingSkew((event) => told.push(event), { skewMs: () => skewMs });
  for (skewMs of [undefined, 5.4, 80, 2_100, 2_150, -900]) tell({ kind: 'statement', statement: statement() });
  tell({ kind: 'tick' });
  expect(told.map((event) => (event.kind === 'clockSkew' ? event.skewMs : event.kind))).toEqual([
    'statement',
    5,
    'statement',
    'statement',
    2_100,
    'statement',
    'statement',
    -900,
    'statement',
    'tick',
  ]);
});
