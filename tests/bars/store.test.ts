/** The store on a real disk: what is written is read, all or nothing, and damage is told, never read. */

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allSeries } from '#server/adapters/bars/catalogue.ts';
import { BarStoreError } from '#server/adapters/bars/error.ts';
import { loadBars } from '#server/adapters/bars/load.ts';
import { LARGEST_SEGMENT, readSegment } from '#server/adapters/bars/segment-file.ts';
import { folderOf, readSeries, seriesFilePath } from '#server/adapters/bars/series-file.ts';
import { openWriter, type SeriesWriter } from '#server/adapters/bars/series-writer.ts';
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import { instant, MINUTE_MS } from '#server/domain/time.ts';
import { joinRows, viewOf } from '#server/history/bar-rows.ts';
import { type SeriesKey, seriesName } from '#server/history/series.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { anyRows, keyOf, listOf, minutes, OPEN } from './rows.ts';

const AAPL = keyOf();

const writer = (home: string, key: SeriesKey = AAPL, more: { source?: string; replace?: boolean } = {}): SeriesWriter =>
  openWriter({ home, key, source: 'csv', replace: false, ...more });

function store(home: string, rows: FullBarRows, key: SeriesKey = AAPL): void {
  const open = writer(home, key);
  open.put(rows);
  open.commit([{ from: rows.startsAt[0]!, to: rows.startsAt[rows.length - 1]! + key.timeframe.ms }]);
  open.close();
}

function stored(home: string, key: SeriesKey = AAPL): FullBarRows {
  return joinRows((readSeries(home, key)?.segments ?? []).map((entry) => readSegment(home, key, entry)));
}

const errorOf = (work: () => unknown): BarStoreError => {
  try {
    work();
  } catch (error) {
    if (error instanceof BarStoreError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('what is written', () => {
  test('is read, bit for bit, whatever the numbers are', () => {
    fc.assert(
      fc.property(anyRows({ minLength: 1, maxLength: 40 }), (rows) => {
        using home = temporaryFolder();
        store(home.path, rows);
        expect(listOf(stored(home.path))).toEqual(listOf(rows));
      }),
      { numRuns: 40 },
    );
  });

  test('in any order and overlapping, is the union', () => {
    fc.assert(
      fc.property(
        anyRows({ minLength: 1, maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { minLength: 1, maxLength: 5 }),
        (rows, cuts) => {
          using home = temporaryFolder();
          const taken = new Set<number>();
          for (const [a, b] of cuts) {
            const part = viewOf(rows, Math.min(a, b, rows.length - 1), Math.min(Math.max(a, b) + 1, rows.length));
            store(home.path, part);
            for (const at of part.startsAt) taken.add(at);
          }
          expect(listOf(stored(home.path))).toEqual(listOf(rows).filter(({ startsAt }) => taken.has(startsAt)));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('fills segments that are not too large, however it comes', () => {
    using home = temporaryFolder();
    const rows = minutes(LARGEST_SEGMENT + 5_000);
    store(home.path, viewOf(rows, 40_000, 60_000));
    store(home.path, viewOf(rows, 0, 45_000));
    store(home.path, viewOf(rows, 60_000, rows.length));
    const sizes = readSeries(home.path, AAPL)!.segments.map(({ bars }) => bars);
    expect(sizes.every((size) => size <= LARGEST_SEGMENT)).toBe(true);
    expect(sizes.length).toBeLessThan(4);
    expect(stored(home.path)).toEqual(rows);
    expect(readSeries(home.path, AAPL)!.complete).toEqual([{ from: OPEN, to: OPEN + rows.length * MINUTE_MS }]);
    // Segments that were replaced are gone.
    expect(readdirSync(folderOf(home.path, AAPL)).length).toBe(sizes.length + 1);
  });

  test('is not there before the commit, and what a dead writer left is removed by the next', () => {
    using home = temporaryFolder();
    store(home.path, minutes(10));
    const before = readFileSync(seriesFilePath(home.path, AAPL), 'utf8');
    const open = writer(home.path);
    open.put(minutes(10, OPEN + 3_600_000));
    expect(stored(home.path).length).toBe(10);
    open.close();
    expect(readFileSync(seriesFilePath(home.path, AAPL), 'utf8')).toBe(before);
    writeFileSync(join(folderOf(home.path, AAPL), '20200101T000000Z-00000000.bars'), 'of a writer that died');
    writeFileSync(join(folderOf(home.path, AAPL), 'series.json.part'), '{');
    writer(home.path).close();
    expect(readdirSync(folderOf(home.path, AAPL)).length).toBe(2);
  });
});

test('series are found by their folders, in order, and nothing else is taken for one', () => {
  using home = temporaryFolder();
  for (const key of [keyOf('BTC/USD'), keyOf('AAPL', '1Day'), keyOf('AAPL', '5Min', 'all'), keyOf('BRK.B')])
    store(home.path, minutes(3), key);
  mkdirSync(join(home.path, 'bars', 'not a symbol', '1Min.raw'), { recursive: true });
  mkdirSync(join(home.path, 'bars', 'AAPL', '1Min.adjusted'));
  expect(allSeries(home.path).map(seriesName)).toEqual(['AAPL 5Min all', 'AAPL 1Day raw', 'BRK.B 1Min raw', 'BTC/USD 1Min raw']);
  expect(allSeries(join(home.path, 'nowhere'))).toEqual([]);
});

describe('a second writer', () => {
  test('of the same series is refused, of another one let in; afterwards the lock is free', () => {
    using home = temporaryFolder();
    const first = writer(home.path);
    const error = errorOf(() => openWriter({ home: home.path, key: AAPL, source: 'csv', replace: false, waitMs: 10 }));
    expect(error).toMatchObject({ code: 'barsBusy', message: expect.stringContaining('another program is writing AAPL 1Min raw') });
    writer(home.path, keyOf('AAPL', '1Min', 'split')).close();
    first.close();
    writer(home.path).close();
  });

  test('of another source is refused', () => {
    using home = temporaryFolder();
    store(home.path, minutes(3));
    const error = errorOf(() => writer(home.path, AAPL, { source: 'alpaca/iex' }));
    expect(error).toMatchObject({ code: 'barsSource', facts: { stored: 'csv', source: 'alpaca/iex' } });
    writer(home.path).close();
  });
});

describe('loading', () => {
  test('gives columns between two instants, with the ends of the bars', () => {
    using home = temporaryFolder();
    store(home.path, minutes(390));
    const columns = loadBars({ home: home.path, ...AAPL, from: instant(OPEN + 10 * MINUTE_MS), to: instant(OPEN + 20 * MINUTE_MS) });
    expect([columns.symbol, columns.timeframe.name, columns.length]).toEqual(['AAPL', '1Min', 10]);
    expect([columns.startsAt[0], columns.endsAt[0]]).toEqual([OPEN + 10 * MINUTE_MS, OPEN + 11 * MINUTE_MS]);
    expect(columns.close).toEqual(minutes(390).close.subarray(10, 20));
    expect(loadBars({ home: home.path, ...AAPL }).length).toBe(390);
  });

  test('days that begin at midnight in New York end at the next, whatever the clocks do', () => {
    using home = temporaryFolder();
    const key = keyOf('AAPL', '1Day');
    const days = ['2019-03-08T05:00:00Z', '2019-03-11T04:00:00Z'].map((text) => Date.parse(text));
    const rows = minutes(2);
    rows.startsAt.set(days);
    store(home.path, rows, key);
    const { endsAt } = loadBars({ home: home.path, ...key });
    expect([...endsAt].map((at) => new Date(at).toISOString())).toEqual(['2019-03-09T05:00:00.000Z', '2019-03-12T04:00:00.000Z']);
  });

  test('what is not there is refused, and what is there is named', () => {
    using home = temporaryFolder();
    store(home.path, minutes(390));
    const load = (more: object): BarStoreError => errorOf(() => loadBars({ home: home.path, ...AAPL, ...more }));
    expect(load({ symbol: 'MSFT' })).toMatchObject({ code: 'noBars', hint: expect.stringContaining('there are no bars of MSFT') });
    const split = load({ adjustment: 'split' });
    expect(split).toMatchObject({ code: 'actionsUnknown', message: expect.stringContaining('splits and dividends of AAPL are not known') });
    store(home.path, minutes(5, OPEN, 5 * MINUTE_MS), keyOf('IBM', '5Min'));
    expect(load(keyOf('IBM', '3Min'))).toMatchObject({ message: expect.stringContaining('there is no IBM 3Min raw') });
    expect(load({ from: instant(OPEN + 86_400_000), to: instant(OPEN + 2 * 86_400_000) }).hint).toContain(
      'there is AAPL 1Min raw from 2019-02-11T14:30:00Z to 2019-02-11T21:00:00Z',
    );
    const late = load({ to: instant(OPEN + 3 * 86_400_000) });
    expect(late.message).toContain('AAPL 1Min raw has nothing from 2019-02-11T21:00:00Z to 2019-02-14T14:30:00Z');
    expect(load({ from: instant(OPEN + 390 * MINUTE_MS), to: instant(OPEN + 400 * MINUTE_MS) }).message).toContain('has no bar from');
  });

  test('nights, weekends and holidays around what is stored are no hole', () => {
    using home = temporaryFolder();
    store(home.path, minutes(390));
    const [saturday, dawn] = [Date.parse('2019-02-09T00:00:00Z'), Date.parse('2019-02-12T13:00:00Z')];
    expect(loadBars({ home: home.path, ...AAPL, from: instant(saturday), to: instant(dawn) }).length).toBe(390);
    const pair = keyOf('BTC/USD');
    store(home.path, minutes(390), pair);
    expect(errorOf(() => loadBars({ home: home.path, ...pair, from: instant(saturday) })).code).toBe('noBars');
  });
});

describe('damage', () => {
  const damages: readonly (readonly [string, (path: string) => void, string, string])[] = [
    ['a bit that flipped', (path) => flip(path, 300), 'barsDamaged', 'its checksum is wrong'],
    ['a bit that flipped in the header', (path) => flip(path, 40), 'barsDamaged', 'its checksum is wrong'],
    ['a file that was cut off', (path) => truncateSync(path, 200), 'barsDamaged', 'its checksum is wrong'],
    ['an empty file', (path) => truncateSync(path, 0), 'barsDamaged', 'it does not begin as a file of bars does'],
    ['another file', (path) => writeFileSync(path, 'x'.repeat(500)), 'barsDamaged', 'it does not begin as a file of bars does'],
    ['another version', (path) => flip(path, 8), 'barsVersion', 'version 0 of the format'],
  ];
  function flip(path: string, at: number): void {
    const bytes = readFileSync(path);
    bytes[at]! ^= 1;
    writeFileSync(path, bytes);
  }

  test.each(damages)('of a segment, %s, is refused with a remedy', (_, damage, code, message) => {
    using home = temporaryFolder();
    store(home.path, minutes(50));
    const { file } = readSeries(home.path, AAPL)!.segments[0]!;
    damage(join(folderOf(home.path, AAPL), file));
    const error = errorOf(() => loadBars({ home: home.path, ...AAPL }));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message), hint: expect.stringContaining('tradar data') });
    expect(error.message).toContain(file);
  });

  test('a segment of another series in its place is refused', () => {
    using home = temporaryFolder();
    const other = keyOf('MSFT');
    store(home.path, minutes(50));
    store(home.path, minutes(50), other);
    const fileOf = (key: SeriesKey): string => join(folderOf(home.path, key), readSeries(home.path, key)!.segments[0]!.file);
    copyFileSync(fileOf(other), fileOf(AAPL));
    expect(errorOf(() => loadBars({ home: home.path, ...AAPL })).message).toContain('holds 50 bars of MSFT 1Min raw');
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, 90), 'barsDamaged'],
    ['changed', (text: string) => text.replace('"bars": 50', '"bars": 51'), 'barsDamaged'],
    ['of another version', (text: string) => text.replace('"version": 1', '"version": 7'), 'barsVersion'],
  ] as const)('series.json that was %s is refused', (_, change, code) => {
    using home = temporaryFolder();
    store(home.path, minutes(50));
    const path = seriesFilePath(home.path, AAPL);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    expect(errorOf(() => loadBars({ home: home.path, ...AAPL })).code).toBe(code);
    expect(existsSync(path)).toBe(true);
  });

  test('a segment that is gone is named', () => {
    using home = temporaryFolder();
    store(home.path, minutes(50));
    const path = seriesFilePath(home.path, AAPL);
    const { file } = readSeries(home.path, AAPL)!.segments[0]!;
    truncateSync(join(folderOf(home.path, AAPL), file), 0);
    writeFileSync(path, readFileSync(path));
    expect(errorOf(() => loadBars({ home: home.path, ...AAPL })).message).toContain(file);
  });
});

describe('longer bars', () => {
  test('are made of the longest shorter ones, whole at the ends of the range', () => {
    using home = temporaryFolder();
    store(home.path, minutes(390));
    const five = loadBars({ home: home.path, ...keyOf('AAPL', '5Min') });
    const [first, second] = [minutes(390), five];
    expect([five.timeframe.name, five.length, five.startsAt[1]]).toEqual(['5Min', 78, OPEN + 5 * MINUTE_MS]);
    expect(second.open[0]).toBe(first.open[0]);
    expect(second.close[0]).toBe(first.close[4]);
    expect(second.high[0]).toBe(Math.max(...first.high.subarray(0, 5)));
    expect(second.volume[0]).toBe(first.volume.subarray(0, 5).reduce((sum, volume) => sum + volume, 0));
    const part = loadBars({
      home: home.path,
      ...keyOf('AAPL', '5Min'),
      from: instant(OPEN + 2 * MINUTE_MS),
      to: instant(OPEN + 11 * MINUTE_MS),
    });
    expect([...part.close]).toEqual([...five.close.subarray(1, 3)]);
    const day = loadBars({ home: home.path, ...keyOf('AAPL', '1Day') });
    expect([day.length, new Date(day.startsAt[0]!).toISOString()]).toEqual([1, '2019-02-11T05:00:00.000Z']);
    expect(errorOf(() => loadBars({ home: home.path, ...keyOf('MSFT', '5Min') })).code).toBe('noBars');
  });

  test('holes are passed over by request alone', () => {
    using home = temporaryFolder();
    store(home.path, minutes(390));
    store(home.path, minutes(390, OPEN + 3 * 86_400_000));
    expect(errorOf(() => loadBars({ home: home.path, ...AAPL })).message).toContain(
      'has nothing from 2019-02-11T21:00:00Z to 2019-02-14T14:30:00Z',
    );
    expect(loadBars({ home: home.path, ...AAPL, allowsHoles: true }).length).toBe(780);
  });
});
