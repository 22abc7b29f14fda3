/** Fetching against the real exchange behind its wire, by the real client: whatever breaks, each bar comes once and none is left out. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createArchive } from '#server/adapters/alpaca/archive.ts';
import { readActions, writeActions } from '#server/adapters/bars/actions-file.ts';
import { BarStoreError } from '#server/adapters/bars/error.ts';
import { type BarSource, type FetchOptions, type FetchReport, fetchSeries } from '#server/adapters/bars/fetch.ts';
import { loadBars } from '#server/adapters/bars/load.ts';
import { readSeries } from '#server/adapters/bars/series-file.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney } from '#server/domain/money.ts';
import { DAY_MS, MINUTE_MS } from '#server/domain/time.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape, type Series } from '#server/exchange/tape.ts';
import { ruleSchema } from '#server/exchange/wire/faults-rule.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { type ExchangeServer, startExchangeServer } from '#server/exchange/wire/server.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { clientOf, noPause, recordingLog } from '#tests/alpaca/fixtures.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { barsOf, type Candle, at as minuteAt, OPEN, series } from '#tests/exchange/harness.ts';
import { KEYS } from '#tests/exchange/wire-harness.ts';
import { keyOf } from './rows.ts';

const BARS = 300;
const PAGE = 150;
/** A walk that is the same at each run; every seventh minute has no trade. */
const walk = (first: number, from: number): Series['bars'] =>
  barsOf(
    'AAPL',
    Array.from({ length: BARS }, (_, i): Candle | null => {
      const open = first + ((i * 37) % 41) / 100;
      return i % 7 === 6 ? null : [open, open + 0.5, open - 0.25, open + ((i * 13) % 29) / 100];
    }),
    from,
  );

let server: ExchangeServer;
let now: number;
let source: BarSource;
const asked: { from: number; to: number; timeframe: string; adjustment: string }[] = [];

beforeAll(async () => {
  const days = [walk(400, OPEN), walk(100, OPEN + DAY_MS), walk(99, OPEN + 2 * DAY_MS)];
  const tape = makeTape({
    series: [{ ...series('AAPL', []), bars: days.flat() }, series('BTC/USD', [5_000, 5_001, 5_002])],
    corporateActions: [
      { kind: 'split', symbol: 'AAPL' as AssetSymbol, exDate: '2019-02-12', newRate: 4, oldRate: 1 },
      { kind: 'cashDividend', symbol: 'AAPL' as AssetSymbol, exDate: '2019-02-13', payableAfterDays: 14, rate: parseMoney('0.73') },
    ],
  });
  const exchange = createExchange({ tape, settings: { partialFillChance: 0, loop: false } });
  const clock = createManualClock(exchange.startsAt);
  server = await startExchangeServer({ exchange, clock, keys: KEYS, requestsPerMinute: 0, turnEveryMs: 0 });
  clock.advanceBy(3 * DAY_MS);
  server.turn();
  now = clock.now();
  const client = clientOf({ url: server.url }, { ...KEYS, requestsPerMinute: 100_000 });
  const archive = createArchive({ client, log: recordingLog(), stockFeed: 'iex', pause: noPause, barsPerPage: PAGE });
  source = {
    actions: archive.actions,
    pages: (query) => {
      asked.push(query);
      return archive.pages(query);
    },
  };
});
afterAll(() => server.close());

const MINUTES = keyOf();
const WANTED = { from: OPEN, to: OPEN + 3 * DAY_MS };

async function fetched(home: string, more: Partial<FetchOptions> = {}): Promise<FetchReport> {
  asked.length = 0;
  return await fetchSeries({
    home,
    key: MINUTES,
    source,
    sourceName: 'exchange/iex',
    wanted: WANTED,
    now,
    replace: false,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
}

const stampsIn = (home: string, key: SeriesKey = MINUTES): number[] => [...loadBars({ home, ...key }).startsAt];
const EXPECTED = [0, 1, 2].flatMap((day) => walk(1, OPEN + day * DAY_MS).map(({ startsAt }) => startsAt as number));

describe('a fetch', () => {
  test('stores every bar with all that is told of it, page by page, and the second asks for nothing', async () => {
    using home = temporaryFolder();
    const report = await fetched(home.path);
    expect(report).toMatchObject({ added: EXPECTED.length, unreadable: 0, hasBars: true, pages: Math.ceil(EXPECTED.length / PAGE) });
    expect(stampsIn(home.path)).toEqual(EXPECTED);
    const { close, volume } = loadBars({ home: home.path, ...MINUTES });
    expect([close[0], volume[0]]).toEqual([400, 1_000]);
    expect(readSeries(home.path, MINUTES)).toMatchObject({ source: 'exchange/iex', complete: [{ from: OPEN, to: now - 2 * MINUTE_MS }] });
    expect(await fetched(home.path)).toMatchObject({ added: 0, pages: 0 });
    expect(asked.filter(({ timeframe }) => timeframe === '1Min')).toEqual([]);
  });

  test('asks for nothing but what is missing, whatever was fetched before and wherever it was ended', async () => {
    const minute = fc.nat(2 * 24 * 60 + BARS);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(minute, minute, fc.nat(4)), { minLength: 1, maxLength: 3 }), async (ranges) => {
        using home = temporaryFolder();
        for (const [a, b, pages] of ranges) {
          const wanted = { from: minuteAt(Math.min(a, b)), to: minuteAt(Math.max(a, b) + 1) };
          await fetched(home.path, { wanted, source: endsAfter(pages) }).catch((error: unknown) => expect(error).toBe(ENDED));
        }
        const before = new Set(readSeries(home.path, MINUTES) === undefined ? [] : everyStamp(home.path));
        const { added } = await fetched(home.path);
        expect(stampsIn(home.path)).toEqual(EXPECTED);
        expect(added).toBe(EXPECTED.length - before.size);
        const isKnown = (from: number, to: number) => [...before].some((startsAt) => startsAt >= from && startsAt < to);
        for (const { from, to, timeframe } of asked) if (timeframe === '1Min') expect(isKnown(from, to)).toBe(false);
      }),
      { numRuns: 6 },
    );
  });

  test('ended by a signal keeps the page that is under way', async () => {
    using home = temporaryFolder();
    const stop = new AbortController();
    const ended = fetched(home.path, { signal: stop.signal, onProgress: (ms) => ms > 0 && stop.abort(ENDED) });
    await expect(ended).rejects.toBe(ENDED);
    expect(everyStamp(home.path)).toEqual(EXPECTED.slice(0, PAGE));
    expect(await fetched(home.path)).toMatchObject({ added: EXPECTED.length - PAGE });
  });

  test('leaves bars alone that have not ended, and fetches them later', async () => {
    using home = temporaryFolder();
    const early = OPEN + 100 * MINUTE_MS + 30_000;
    await fetched(home.path, { now: early, wanted: { from: OPEN, to: early } });
    const first = everyStamp(home.path);
    expect(first.at(-1)).toBeLessThanOrEqual(early - 2 * MINUTE_MS);
    await fetched(home.path);
    expect(stampsIn(home.path)).toEqual(EXPECTED);
  });

  test('of a symbol without bars leaves no series behind', async () => {
    using home = temporaryFolder();
    const key = keyOf('NOPE');
    expect(await fetched(home.path, { key })).toMatchObject({ hasBars: false, added: 0 });
    expect(readSeries(home.path, key)).toBeUndefined();
  });

  test('of pairs and of days', async () => {
    using home = temporaryFolder();
    const pair = keyOf('BTC/USD');
    await fetched(home.path, { key: pair, sourceName: 'exchange/crypto', wanted: { from: OPEN, to: minuteAt(3) } });
    expect([...loadBars({ home: home.path, ...pair }).close].slice(0, 3)).toEqual([5_000, 5_001, 5_002]);
    expect(readActions(home.path, pair.symbol)).toBeUndefined();
    const days = keyOf('AAPL', '1Day');
    await fetched(home.path, { key: days, wanted: { from: OPEN - DAY_MS, to: WANTED.to } });
    expect(stampsIn(home.path, days).map((startsAt) => new Date(startsAt).toISOString())).toEqual([
      '2019-02-11T05:00:00.000Z',
      '2019-02-12T05:00:00.000Z',
      '2019-02-13T05:00:00.000Z',
    ]);
  });
});

const ENDED = new Error('ended');

/** As a process that is killed between two pages, or after a page and before its bars are stored. */
const endsAfter = (pages: number): BarSource => ({
  ...source,
  pages: async function* (query) {
    let nth = 0;
    for await (const page of source.pages(query)) {
      if (nth++ === pages) throw ENDED;
      yield page;
    }
  },
});

function everyStamp(home: string): number[] {
  const { segments } = readSeries(home, MINUTES)!;
  const [from, to] = [segments[0]!.firstAt, segments.at(-1)!.lastAt + 1];
  return EXPECTED.filter((startsAt) => startsAt >= from && startsAt < to).filter((startsAt) => has(home, startsAt));
}

const has = (home: string, startsAt: number): boolean => {
  try {
    return loadBars({ home, ...MINUTES, from: startsAt as never, to: (startsAt + 1) as never }).length === 1;
  } catch {
    return false;
  }
};

describe('a plagued exchange', () => {
  const path = '/v2/stocks/*';
  const faults = [
    { fault: 'rateLimited', ms: 300, next: 1 },
    { fault: 'rateLimited', ms: 50, withReset: false },
    { fault: 'truncatedJson' },
    { fault: 'requestLost' },
    { fault: 'responseLost' },
    { fault: 'serverErrorBefore', status: 503 },
    { fault: 'htmlBody' },
    { fault: 'gatewayTimeout' },
  ] as const;

  test.each(faults)('%o: every bar comes all the same, and once', async (fault) => {
    using home = temporaryFolder();
    server.faults.plan.arm(ruleSchema.parse({ next: 6, ...fault, path, probability: 0.5 }));
    try {
      expect(await fetched(home.path)).toMatchObject({ added: EXPECTED.length, unreadable: 0 });
      expect(server.faults.plan.fired(0).length).toBeGreaterThan(0);
    } finally {
      server.faults.plan.disarm();
      server.faults.plan.forgetFired();
    }
    expect(stampsIn(home.path)).toEqual(EXPECTED);
  });

  test('that stays silent is an error with a remedy, and what came before is kept', async () => {
    using home = temporaryFolder();
    server.faults.plan.arm(ruleSchema.parse({ fault: 'serverErrorBefore', status: 500, path, skip: 2 }));
    try {
      const error: unknown = await fetched(home.path).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'historySilent', hint: expect.stringContaining('the same command goes on') });
    } finally {
      server.faults.plan.disarm();
      server.faults.plan.forgetFired();
    }
    expect(await fetched(home.path)).toMatchObject({ added: EXPECTED.length - 2 * PAGE });
    expect(stampsIn(home.path)).toEqual(EXPECTED);
  });
});

describe('adjustment', () => {
  const adjusted = (home: string, adjustment: 'split' | 'all') => {
    const { open, high, low, close } = loadBars({ home, ...keyOf('AAPL', '1Min', adjustment) });
    const rounded = (column: Float64Array): number[] => [...column].map((price) => Math.round(price * 10_000) / 10_000);
    return { open: rounded(open), high: rounded(high), low: rounded(low), close: rounded(close) };
  };

  test.each(['split', 'all'] as const)('%s, made of raw bars, is what the exchange itself answers', async (adjustment) => {
    using made = temporaryFolder();
    using told = temporaryFolder();
    await fetched(made.path);
    await fetched(told.path, { key: keyOf('AAPL', '1Min', adjustment) });
    expect(readSeries(told.path, keyOf('AAPL', '1Min', adjustment))).toMatchObject({ adjustedAt: now });
    expect(adjusted(made.path, adjustment)).toEqual(adjusted(told.path, adjustment));
    expect(adjusted(made.path, adjustment).close[0]).toBeCloseTo(adjustment === 'split' ? 100 : 100 * (1 - 0.73 / 100), 0);
  });

  test('splits and dividends are stored with the close before them', async () => {
    using home = temporaryFolder();
    const { actions } = await fetched(home.path);
    expect(actions).toEqual({ count: 2, unadjusted: [], keptFrom: undefined });
    const stored = readActions(home.path, 'AAPL' as AssetSymbol);
    const before = walk(100, OPEN + DAY_MS).at(-1)!.close;
    expect(stored).toEqual({
      symbol: 'AAPL',
      source: 'exchange/iex',
      from: '2019-02-11',
      until: '2019-02-14',
      actions: [
        { kind: 'split', exDate: '2019-02-12', newRate: 4, oldRate: 1 },
        { kind: 'cashDividend', exDate: '2019-02-13', rate: 0.73, closeBefore: before },
      ],
    });
  });

  test('those of another source are kept', async () => {
    using home = temporaryFolder();
    const mine = { symbol: 'AAPL' as AssetSymbol, source: 'csv', from: '2000-01-01', until: '2030-01-01', actions: [] };
    writeActions(home.path, mine);
    expect((await fetched(home.path)).actions).toEqual({ count: 0, unadjusted: [], keptFrom: 'csv' });
    expect(readActions(home.path, mine.symbol)).toEqual(mine);
    expect((await fetched(home.path, { replace: true })).actions).toMatchObject({ count: 2, keptFrom: undefined });
  });

  test('an adjusted series that something happened since is not added to, but fetched anew', async () => {
    using home = temporaryFolder();
    const key = keyOf('AAPL', '1Min', 'split');
    const early = { now: OPEN + 6 * 60 * MINUTE_MS, wanted: { from: OPEN, to: minuteAt(200) } };
    await fetched(home.path, { key, ...early });
    const error: unknown = await fetched(home.path, { key }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BarStoreError);
    expect(error).toMatchObject({ code: 'barsConflict', message: expect.stringContaining('was adjusted before 2019-02-12') });
    await fetched(home.path, { key, replace: true });
    expect(stampsIn(home.path, key)).toEqual(EXPECTED);
    expect(readSeries(home.path, key)).toMatchObject({ adjustedAt: now });
  });
});
