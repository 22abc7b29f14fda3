/** What symbols that begin are warmed up with: minutes, and longer bars where those would be too many. */
import { expect, test } from 'vitest';
import { createMarketFeed } from '#server/adapters/alpaca/market-feed.ts';
import { createReference } from '#server/adapters/alpaca/reference.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { DAY_MS, HOUR_MS } from '#server/domain/time.ts';
import { DAY, parseTimeframe } from '#server/domain/timeframe.ts';
import { flat, series } from '#tests/exchange/harness.ts';
import { setUp, TIMING } from './exchange-world.ts';
import { at, HISTORY, run, serveHistory, wireBar } from './feed-harness.ts';
import { scriptedBroker } from './scripted-broker.ts';
import { subscribed } from './streams-script.ts';

test('longer bars for the warm-up come first, closed ones of sessions alone; then the minutes of the one that is forming', async () => {
  await using broker = await scriptedBroker();
  // 15:00 UTC is 10:00 in New York: an hour began, and the session half an hour before.
  const hours = ['2026-01-02T20:00', '2026-01-02T21:00', '2026-01-05T13:00', '2026-01-05T14:00', '2026-01-05T15:00'];
  const minutes = [-3, -2, -1];
  broker.on(HISTORY, ({ query }, answer) => {
    const isHours = query.get('timeframe') === '1Hour';
    const found = isHours ? hours.map((text) => ({ ...wireBar(0), t: `${text}:00Z` })) : minutes.map((minute) => wireBar(minute));
    answer.json(200, { bars: { AAPL: found.toReversed() }, next_page_token: null });
  });
  broker.onStream('/v2/iex', subscribed);
  const sessions = [
    { date: '2026-01-02', opensAt: at(-72 * 60 - 30), closesAt: at(-72 * 60 + 360) },
    { date: '2026-01-05', opensAt: at(-30), closesAt: at(360) },
  ] as never;
  const hour = parseTimeframe('1Hour')!;
  await using feed = run(broker, { sessions, warmUp: { minutes: 2, longer: [{ timeframe: hour, bars: 2 }] } });
  await feed.start();
  await feed.told.next('feedRestored');
  const longer = feed.told.events.flatMap((event) => (event.kind === 'longerBar' ? [new Date(event.bar.startsAt).toISOString()] : []));
  expect(longer).toEqual(['2026-01-02T20:00:00.000Z', '2026-01-05T14:00:00.000Z']);
  expect(feed.lines().slice(2)).toEqual(['AAPL -2 history', 'AAPL -1 history', 'feedRestored']);
  const asked = broker.heard
    .filter(({ path }) => path === '/v2/stocks/bars')
    .map(({ query }) => [query.get('timeframe'), query.get('limit')]);
  expect(asked).toEqual([
    ['1Hour', '6'],
    ['1Min', '2'],
  ]);
});

test('the minutes of a day that is forming are fetched from its midnight on, however few are wanted', async () => {
  await using broker = await scriptedBroker();
  serveHistory(broker, { AAPL: [-1] });
  broker.onStream('/v2/iex', subscribed);
  await using feed = run(broker, { warmUp: { minutes: 0, longer: [{ timeframe: DAY, bars: 20 }] } });
  await feed.start();
  await feed.told.next('feedRestored');
  const asked = broker.heard
    .filter(({ path }) => path === '/v2/stocks/bars')
    .map(({ query }) => [query.get('timeframe'), query.get('limit')]);
  expect(asked).toEqual([
    ['1Day', '20'],
    ['1Min', '600'],
  ]);
});

test('on the built-in exchange, with the real SDK, days come as its history has them', async () => {
  const night = Array<null>(1_440 - 390).fill(null);
  const days = [100, 110, 120].flatMap((price) => [...flat(price, 390), ...night]);
  await using world = await setUp([series('AAPL', days)]);
  const { client, told, clock, log, market } = world;
  market.advance(2 * DAY_MS);
  await clock.start();
  const reference = createReference({ client, tell: told.tell, clock, log, symbols: ['AAPL' as AssetSymbol] });
  await reference.start();
  reference.stop();
  const warmUp = () => ({ minutes: 0, longer: [{ timeframe: DAY, bars: 5 }] });
  const parts = { client, tell: told.tell, clock, log, symbols: ['AAPL' as AssetSymbol], sessions: reference.sessions };
  const feed = createMarketFeed({ ...parts, warmUp, timing: TIMING });
  await feed.start();
  await told.next('feedRestored');
  await feed.stop();
  const longer = told.events.flatMap((event) => (event.kind === 'longerBar' ? [event.bar] : []));
  expect(longer.map(({ startsAt, endsAt, close, volume }) => [new Date(startsAt).toISOString(), endsAt - startsAt, close, volume])).toEqual(
    [
      ['2019-02-11T05:00:00.000Z', DAY_MS, 100, 390_000],
      ['2019-02-12T05:00:00.000Z', DAY_MS, 110, 390_000],
    ],
  );
  const minutes = told.events.flatMap((event) => (event.kind === 'bar' ? [event] : []));
  expect(minutes.every(({ history }) => history)).toBe(true);
  const forming = minutes.filter(({ bar }) => bar.startsAt >= (longer[1]?.endsAt ?? 0));
  expect(forming[0]?.bar).toMatchObject({ startsAt: (longer[1]?.endsAt ?? 0) + 9.5 * HOUR_MS, close: 120 });
});
