/** Halts and the broker's clock as the adapter tells them, from the built-in exchange and by hand. */
import { expect, test } from 'vitest';
import { hearConditions } from '#server/adapters/alpaca/market-conditions.ts';
import { createMarketFeed } from '#server/adapters/alpaca/market-feed.ts';
import { bandOf, statusOf } from '#server/adapters/alpaca/market-schema.ts';
import type { StockStream } from '#server/adapters/alpaca/sdk.ts';
import { tellingSkew } from '#server/adapters/alpaca/skew.ts';
import type { Link } from '#server/adapters/alpaca/stream-supervisor.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { flat, series } from '#tests/exchange/harness.ts';
import { statement } from '#tests/support/builders.ts';
import { setUp, TIMING } from './exchange-world.ts';

async function startedFeed({ told, clock, client, log }: Awaited<ReturnType<typeof setUp>>): Promise<ReturnType<typeof createMarketFeed>> {
  const feed = createMarketFeed({
    ...{ client, tell: told.tell, clock, log, symbols: ['AAPL'] as AssetSymbol[] },
    ...{ sessions: () => [], warmUp: () => ({ minutes: 0, longer: [] }), timing: TIMING },
  });
  await feed.start();
  await told.next('feedRestored');
  return feed;
}

test('a halt on the exchange, and its end, come through the stream of statuses', async () => {
  await using world = await setUp();
  const { market, told } = world;
  const feed = await startedFeed(world);
  for (const halted of [true, false]) {
    market.server.driver.ask({ kind: 'setHalt', symbol: 'AAPL', halted }, () => undefined);
    expect(await told.next('tradingStatus')).toMatchObject({ symbol: 'AAPL', isHalted: halted, reason: expect.stringContaining('Halt') });
  }
  await feed.stop();
});

test('the bands of the exchange come through the stream of bands', async () => {
  await using world = await setUp([series('AAPL', [...flat(100, 6), ...flat(120, 54)])]);
  const { market, told } = world;
  const feed = await startedFeed(world);
  market.advance(4 * MINUTE_MS);
  const { symbol, up, down } = await told.next('priceBand');
  expect(symbol).toBe('AAPL');
  // Five percent around the mean of five minutes.
  expect((up + down) / 2).toBeGreaterThan(101);
  expect(up / down).toBeCloseTo(1.05 / 0.95, 3);
  await feed.stop();
});

test('a band is told when it moves, and anew by each connection', () => {
  const told: Event[] = [];
  const heard: { status: (raw: unknown) => void; band: (raw: unknown) => void } = { status: () => undefined, band: () => undefined };
  const stream = {
    onStatus: (listen: typeof heard.status) => Object.assign(heard, { status: listen }),
    onLuld: (listen: typeof heard.band) => Object.assign(heard, { band: listen }),
    ...{ subscribeForStatuses: () => undefined, subscribeForLulds: () => undefined },
  };
  const link = { guard: (deed: () => void) => deed() };
  const hear = () =>
    hearConditions(stream as unknown as StockStream, link as unknown as Link, new Set(['AAPL']), (event) => told.push(event));
  const band = (up: number, down: number, symbol = 'AAPL') => heard.band({ symbol, limitUpPrice: up, limitDownPrice: down });
  hear();
  band(105, 95);
  band(105, 95);
  band(106, 95);
  band(1, 0.5, 'MSFT');
  band(90, 95);
  hear();
  band(106, 95);
  expect(told).toEqual([
    { kind: 'priceBand', symbol: 'AAPL', up: 105, down: 95 },
    { kind: 'priceBand', symbol: 'AAPL', up: 106, down: 95 },
    { kind: 'priceBand', symbol: 'AAPL', up: 106, down: 95 },
  ]);
});

test('of a band both limits count, and what is none is not taken for one', () => {
  const of = (up: unknown, down: unknown) => bandOf({ symbol: 'AAPL', limitUpPrice: up, limitDownPrice: down });
  expect([of(105, 95), of(0.4, 0), of(0, 0)]).toEqual([
    { symbol: 'AAPL', up: 105, down: 95 },
    { symbol: 'AAPL', up: 0.4, down: 0 },
    { symbol: 'AAPL', up: 0, down: 0 },
  ]);
  for (const [up, down] of [
    [95, 105],
    [0, 5],
    [100, 100],
    [Number.NaN, 95],
    [105, -1],
    ['105', '95'],
    [undefined, 95],
  ])
    expect(of(up, down)).toBeUndefined();
  expect([bandOf(null), bandOf({ limitUpPrice: 105, limitDownPrice: 95 })]).toEqual([undefined, undefined]);
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
