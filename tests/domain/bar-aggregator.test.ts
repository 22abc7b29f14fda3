/** Longer bars against a naive aggregation that knows the whole series, with New York's midnights from the machine's time zones. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar } from '#server/domain/bar.ts';
import { BarAggregator } from '#server/domain/bar-aggregator.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Session } from '#server/domain/session.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { parseTimeframe, type Timeframe } from '#server/domain/timeframe.ts';

const at = (text: string): Instant => Date.parse(text) as Instant;
const AAPL = 'AAPL' as AssetSymbol;
const BTC = 'BTC/USD' as AssetSymbol;

/** Around the end of daylight saving in 2019: Friday, Monday, Tuesday; a half day made up for Monday. */
const SESSIONS: readonly Session[] = [
  { date: '2019-11-01', opensAt: at('2019-11-01T13:30:00Z'), closesAt: at('2019-11-01T20:00:00Z') },
  { date: '2019-11-04', opensAt: at('2019-11-04T14:30:00Z'), closesAt: at('2019-11-04T18:00:00Z') },
  { date: '2019-11-05', opensAt: at('2019-11-05T14:30:00Z'), closesAt: at('2019-11-05T21:00:00Z') },
];

const frame = (name: string): Timeframe => parseTimeframe(name) as Timeframe;

function bar(startsAt: number, price = 100, symbol = AAPL, spread = 0): Bar {
  const [from, until] = [startsAt as Instant, (startsAt + MINUTE_MS) as Instant];
  const prices = { open: price, high: price + spread, low: price - spread, close: price + spread / 2 };
  return { symbol, startsAt: from, endsAt: until, ...prices, volume: 10 };
}

const minutesFrom = (text: string, count: number): Bar[] =>
  Array.from({ length: count }, (_, nth) => bar(at(text) + nth * MINUTE_MS, 100 + nth));

/** Asking the machine's time zones is slow; clocks change on the hour. */
const shownInHour = new Map<number, number>();
const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short', timeStyle: 'medium' });
/** What New York's clocks show, read as if it were UTC. */
function shown(ms: number): number {
  const hour = ms - (ms % HOUR_MS);
  const known = shownInHour.get(hour) ?? Date.parse(`${wall.format(hour).replace(' ', 'T')}Z`);
  shownInHour.set(hour, known);
  return known + (ms - hour);
}

function midnight(ms: number, symbol: AssetSymbol): number {
  if (symbol === BTC) return ms - (ms % DAY_MS);
  const date = shown(ms) - (shown(ms) % DAY_MS);
  for (const offset of [4, 5]) if (shown(date + offset * HOUR_MS) === date) return date + offset * HOUR_MS;
  throw new Error('no midnight');
}

interface Bucket {
  readonly startsAt: number;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly endsAt: number;
}

function bucketOf(ms: number, { ms: length }: Timeframe, symbol: AssetSymbol, sessions: readonly Session[]): Bucket {
  const from = midnight(ms, symbol);
  const next = midnight(from + 26 * HOUR_MS, symbol);
  const startsAt = length >= DAY_MS ? from : from + Math.floor((ms - from) / length) * length;
  const endsAt = length >= DAY_MS ? next : Math.min(startsAt + length, next);
  const whole = { startsAt, opensAt: startsAt, closesAt: endsAt, endsAt };
  if (symbol === BTC) return whole;
  const session = sessions.find(({ opensAt, closesAt }) => opensAt < endsAt && closesAt > startsAt);
  if (session !== undefined)
    return { ...whole, opensAt: Math.max(startsAt, session.opensAt), closesAt: Math.min(endsAt, session.closesAt) };
  const isKnown = sessions.some(({ closesAt }) => closesAt <= startsAt) && sessions.some(({ opensAt }) => opensAt >= endsAt);
  return isKnown ? { ...whole, closesAt: startsAt } : whole;
}

/** All longer bars that are closed once these bars are known. */
function naive(bars: readonly Bar[], timeframe: Timeframe, symbol: AssetSymbol, sessions: readonly Session[]): Bar[] {
  const first = bars[0];
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return [];
  const begins = bucketOf(first.startsAt, timeframe, symbol, sessions);
  const groups = Map.groupBy(bars, ({ startsAt }) => bucketOf(startsAt, timeframe, symbol, sessions).startsAt);
  return [...groups.keys()].flatMap((startsAt) => {
    const bucket = bucketOf(startsAt, timeframe, symbol, sessions);
    const counted = (groups.get(startsAt) ?? []).filter((one) => one.endsAt > bucket.opensAt && one.startsAt < bucket.closesAt);
    const isClosed = last.startsAt >= bucket.endsAt || (counted.at(-1)?.endsAt ?? 0) >= bucket.closesAt;
    const isPartial = startsAt === begins.startsAt && first.startsAt > begins.opensAt;
    if (counted.length === 0 || !isClosed || isPartial) return [];
    return [
      {
        symbol,
        startsAt: startsAt as Instant,
        endsAt: bucket.closesAt as Instant,
        open: counted[0]!.open,
        high: Math.max(...counted.map(({ high }) => high)),
        low: Math.min(...counted.map(({ low }) => low)),
        close: counted.at(-1)!.close,
        volume: counted.reduce((sum, { volume }) => sum + volume, 0),
      },
    ];
  });
}

const streams = fc
  .record({
    symbol: fc.constantFrom(AAPL, BTC),
    timeframe: fc.constantFrom('1Min', '2Min', '5Min', '7Min', '15Min', '59Min', '1Hour', '3Hour', '4Hour', '23Hour', '1Day').map(frame),
    sessions: fc.constantFrom(SESSIONS, [], SESSIONS.slice(1)),
    // From Thursday night to Wednesday morning, around the clock.
    begins: fc.integer({ min: 0, max: 5 * 1_440 }),
    steps: fc.array(
      fc.oneof(
        { weight: 20, arbitrary: fc.constant(1) },
        { weight: 4, arbitrary: fc.integer({ min: 2, max: 9 }) },
        { weight: 1, arbitrary: fc.integer({ min: 30, max: 1_500 }) },
      ),
      { minLength: 1, maxLength: 300, size: 'max' },
    ),
    prices: fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 300, maxLength: 300 }),
  })
  .map(({ symbol, timeframe, sessions, begins, steps, prices }) => {
    let minute = begins;
    const bars = steps.map((step, nth) => {
      minute += step;
      return bar(at('2019-11-01T00:00:00Z') + minute * MINUTE_MS, prices[nth], symbol, nth % 3);
    });
    return { symbol, timeframe, sessions, bars };
  });

test('after every bar exactly those longer bars were given out that a naive aggregation of the bars so far knows closed', () => {
  let given = 0;
  fc.assert(
    fc.property(streams, ({ symbol, timeframe, sessions, bars }) => {
      const aggregator = new BarAggregator(symbol, timeframe);
      const out: Bar[] = [];
      const counts = bars.map((one) => out.push(...aggregator.next(one, sessions)));
      // The naive way is slow: looked at at the end, and at some places on the way.
      for (const upTo of [bars.length, Math.ceil(bars.length / 2), Math.ceil(bars.length / 3), 1]) {
        expect(out.slice(0, counts[upTo - 1])).toEqual(naive(bars.slice(0, upTo), timeframe, symbol, sessions));
      }
      given += out.length;
    }),
    { numRuns: 300 },
  );
  expect(given).toBeGreaterThan(1_000);
});

test('saved as JSON and loaded at any point, it goes on giving the same', () => {
  fc.assert(
    fc.property(streams, fc.nat(), ({ symbol, timeframe, sessions, bars }, place) => {
      const cut = place % bars.length;
      const original = new BarAggregator(symbol, timeframe);
      for (const one of bars.slice(0, cut)) original.next(one, sessions);
      const loaded = new BarAggregator(symbol, timeframe);
      loaded.load(JSON.parse(JSON.stringify(original.save())));
      for (const one of bars.slice(cut)) expect(loaded.next(one, sessions)).toEqual(original.next(one, sessions));
      expect(loaded.save()).toEqual(original.save());
    }),
    { numRuns: 200 },
  );
});

const namesOf = (bars: readonly Bar[]): string[] =>
  bars.map(
    ({ startsAt, endsAt, volume }) =>
      `${new Date(startsAt).toISOString().slice(5, 16)} to ${new Date(endsAt).toISOString().slice(5, 16)}, ${volume}`,
  );

function feed(name: string, bars: readonly Bar[], sessions: readonly Session[] = SESSIONS): string[] {
  const aggregator = new BarAggregator(bars[0]!.symbol, frame(name));
  return bars.flatMap((one) => namesOf(aggregator.next(one, sessions)));
}

describe('a day of stocks', () => {
  const friday = minutesFrom('2019-11-01T08:00:00Z', 16 * 60);
  const halfDay = minutesFrom('2019-11-04T09:00:00Z', 16 * 60);

  test('has the minutes of its session alone, and closes with the last of them', () => {
    expect(feed('1Day', friday)).toEqual(['11-01T04:00 to 11-01T20:00, 3900']);
    const aggregator = new BarAggregator(AAPL, frame('1Day'));
    const closing = friday.find((one) => aggregator.next(one, SESSIONS).length > 0);
    expect(closing?.endsAt).toBe(SESSIONS[0]!.closesAt);
  });

  test('is short when the session is; the next begins at its own midnight, an hour later after the clocks changed', () => {
    expect(feed('1Day', [...friday, ...halfDay])).toEqual(['11-01T04:00 to 11-01T20:00, 3900', '11-04T05:00 to 11-04T18:00, 2100']);
  });

  test('closes with the first bar behind it when its last minute had no trade', () => {
    const thin = friday.filter(({ endsAt }) => endsAt !== SESSIONS[0]!.closesAt);
    const aggregator = new BarAggregator(AAPL, frame('1Day'));
    const closing = [...thin, ...halfDay].find((one) => aggregator.next(one, SESSIONS).length > 0);
    expect(closing?.startsAt).toBe(halfDay[0]!.startsAt);
  });

  test('without a calendar has every minute, and closes with the next day', () => {
    expect(feed('1Day', [...minutesFrom('2019-11-01T04:00:00Z', 16 * 60), ...halfDay], [])).toEqual(['11-01T04:00 to 11-02T04:00, 9600']);
  });

  test('is the daily bar itself where the stream is one of days', () => {
    const days = SESSIONS.map(({ opensAt }) => ({
      ...bar(midnight(opensAt, AAPL)),
      endsAt: (midnight(opensAt, AAPL) + DAY_MS) as Instant,
    }));
    expect(feed('1Day', days)).toHaveLength(3);
  });
});

test('hours are cut by the session on both sides', () => {
  expect(feed('4Hour', minutesFrom('2019-11-05T14:00:00Z', 10 * 60))).toEqual([
    '11-05T13:00 to 11-05T17:00, 1500',
    '11-05T17:00 to 11-05T21:00, 2400',
  ]);
});

test('crypto counts from midnight UTC, around the clock', () => {
  const day = Array.from({ length: 1_500 }, (_, nth) => bar(at('2019-11-02T00:00:00Z') + nth * MINUTE_MS, 100, BTC));
  expect(feed('1Day', day)).toEqual(['11-02T00:00 to 11-03T00:00, 14400']);
  expect(feed('23Hour', day)).toEqual(['11-02T00:00 to 11-02T23:00, 13800', '11-02T23:00 to 11-03T00:00, 600']);
});

test('a first bucket that was not seen from its beginning is not given out', () => {
  expect(feed('5Min', minutesFrom('2019-11-01T14:01:00Z', 9))).toEqual(['11-01T14:05 to 11-01T14:10, 50']);
  // What begins with the session is whole, although the day began before.
  expect(feed('1Hour', minutesFrom('2019-11-01T13:30:00Z', 30))).toEqual(['11-01T13:00 to 11-01T14:00, 300']);
});

test('after a gap one bar may close two buckets', () => {
  const aggregator = new BarAggregator(AAPL, frame('2Min'));
  const [first] = minutesFrom('2019-11-01T14:00:00Z', 1);
  const [later] = minutesFrom('2019-11-01T14:05:00Z', 1);
  expect(aggregator.next(first!, SESSIONS)).toEqual([]);
  expect(namesOf(aggregator.next(later!, SESSIONS))).toEqual(['11-01T14:00 to 11-01T14:02, 10', '11-01T14:04 to 11-01T14:06, 10']);
});

test('longer bars that were fetched are not given out again, and make what follows whole', () => {
  const aggregator = new BarAggregator(AAPL, frame('1Hour'));
  const hour = { ...bar(at('2019-11-01T14:00:00Z')), endsAt: at('2019-11-01T15:00:00Z') };
  expect(aggregator.skip(hour)).toBe(true);
  expect(aggregator.skip(hour)).toBe(false);
  const bars = minutesFrom('2019-11-01T14:30:00Z', 90).filter(({ startsAt }) => startsAt !== at('2019-11-01T15:00:00Z'));
  expect(bars.flatMap((one) => namesOf(aggregator.next(one, SESSIONS)))).toEqual(['11-01T15:00 to 11-01T16:00, 590']);
});
