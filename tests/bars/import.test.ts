/** Imports: what goes in comes out again, what is wrong is refused with file and line, and nothing of it is left behind. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allSeries } from '#server/adapters/bars/catalogue.ts';
import { storedCsv, writeCsv } from '#server/adapters/bars/export-csv.ts';
import { loadBars } from '#server/adapters/bars/load.ts';
import { readSeries } from '#server/adapters/bars/series-file.ts';
import { openWriter } from '#server/adapters/bars/series-writer.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { csv, EVERYTHING, exported, failureOf, fileIn, HEADER, imported, lines } from './csv-files.ts';
import { anyRows, keyOf, OPEN } from './rows.ts';

describe('an import', () => {
  test('and an export are each other backwards, bit for bit, whatever the numbers are', async () => {
    await fc.assert(
      fc.asyncProperty(anyRows({ minLength: 1, maxLength: 30 }), fc.boolean(), async (rows, packs) => {
        using first = temporaryFolder();
        using second = temporaryFolder();
        const writer = openWriter({ home: first.path, key: keyOf(), source: 'csv', replace: false });
        writer.put(rows);
        writer.commit([]);
        writer.close();
        const path = join(second.path, packs ? 'AAPL.csv.gz' : 'AAPL.csv');
        await writeCsv(path, storedCsv(first.path, readSeries(first.path, keyOf())!, EVERYTHING));
        const report = await imported(second.path, path, { timeframe: keyOf().timeframe });
        expect(report).toMatchObject({ bars: rows.length, added: rows.length, same: 0, leftOut: [] });
        expect(exported(second.path, keyOf())).toBe(exported(first.path, keyOf()));
        const [mine, theirs] = [first, second].map(({ path: home }) => loadBars({ home, ...keyOf(), allowsHoles: true }));
        expect(theirs).toEqual(mine);
      }),
      { numRuns: 25 },
    );
  });

  test('tells the timeframe by the distances, and takes gzip whatever the name says', async () => {
    using home = temporaryFolder();
    const day = (text: string) => `${text}T05:00:00Z,1,1,1,1,1`;
    expect((await imported(home.path, fileIn(home.path, gzipSync(csv(...lines(10)))))).key.timeframe.name).toBe('1Min');
    expect((await imported(home.path, fileIn(home.path, csv(...lines(10).filter((_, i) => i % 5 === 0))))).key.timeframe.name).toBe('5Min');
    expect(
      (
        await imported(
          home.path,
          fileIn(home.path, csv(day('2019-03-07'), day('2019-03-08').replace('05:', '05:'), '2019-03-11T04:00:00Z,1,1,1,1,1')),
        )
      ).key.timeframe.name,
    ).toBe('1Day');
    expect(allSeries(home.path).map(({ timeframe }) => timeframe.name)).toEqual(['1Min', '5Min', '1Day']);
  });

  test('again changes nothing; overlapping ones are the union', async () => {
    using home = temporaryFolder();
    const all = lines(120);
    await imported(home.path, fileIn(home.path, csv(...all.slice(0, 70))));
    expect(await imported(home.path, fileIn(home.path, csv(...all.slice(0, 70))))).toMatchObject({ added: 0, same: 70 });
    expect(await imported(home.path, fileIn(home.path, csv(...all.slice(50))))).toMatchObject({ added: 50, same: 20 });
    expect(exported(home.path, keyOf())).toBe(csv(...all));
    expect(readSeries(home.path, keyOf())?.complete).toEqual([{ from: OPEN, to: OPEN + 120 * 60_000 }]);
  });

  test('that contradicts what is stored is refused by line, and believed by request', async () => {
    using home = temporaryFolder();
    const all = lines(20);
    await imported(home.path, fileIn(home.path, csv(...all)));
    const other = csv(...all.slice(0, 15), all[15]!.replace(/,\d+$/, ',77'), ...all.slice(16), ...lines(3, OPEN + 3_600_000));
    const before = exported(home.path, keyOf());
    expect(await failureOf(imported(home.path, fileIn(home.path, other)))).toMatchObject({
      code: 'barsConflict',
      message: expect.stringContaining('AAPL.csv, line 17: volume at 2019-02-11T14:45:00Z is 77; AAPL 1Min raw has'),
      facts: { line: 17, column: 'volume', given: 77 },
    });
    expect(exported(home.path, keyOf())).toBe(before);
    expect(await imported(home.path, fileIn(home.path, other), { replace: true })).toMatchObject({ added: 3, same: 19, changed: 1 });
    expect(exported(home.path, keyOf())).toBe(other);
  });

  test('keeps the average price and the number of trades, and names the columns that it does not', async () => {
    using home = temporaryFolder();
    const text = `${HEADER},vwap,trade_count\n2019-02-11T14:30:00Z,1,2,1,2,5,1.5,3\n2019-02-11T14:31:00Z,1,2,1,2,5,,\n`;
    await imported(home.path, fileIn(home.path, text));
    expect(exported(home.path, keyOf())).toBe(text);
    const yahoo = `${HEADER},adj_close\n2019-02-11T15:30:00Z,1,2,1,2,5,1.5\n2019-02-11T15:31:00Z,1,2,1,2,5,1.5\n`;
    expect((await imported(home.path, fileIn(home.path, yahoo))).leftOut).toEqual(['adj_close']);
  });
});

describe('what can not be believed', () => {
  const good = lines(5);
  const bad: readonly (readonly [string, string | Buffer, string])[] = [
    ['empty', '', 'line 1: the file is empty'],
    ['a header alone', `${HEADER}\n`, 'line 2: there is a header but no bar'],
    ['without a header', `${good.join('\n')}\n`, 'line 1: the header is'],
    ['of quotes', 'timestamp,bid,bid_size,ask,ask_size\n', 'line 1: the header is'],
    ['unsorted', csv(good[1]!, good[0]!), 'line 3: 2019-02-11T14:30:00Z comes after a later bar'],
    ['with a duplicate', csv(good[0]!, good[1]!, good[1]!), 'line 4: 2019-02-11T14:31:00Z is there twice'],
    ['with NaN', csv(good[0]!, good[1]!.replace(/\d+$/, 'NaN')), 'line 3: volume is "NaN", not a number'],
    ['with a negative price', csv(good[0]!, good[1]!.replace(',', ',-')), 'line 3: open is -'],
    ['from the future', csv('2030-02-11T14:30:00Z,1,1,1,1,1'), 'line 2: 2030-02-11T14:30:00Z has not come yet'],
    [
      'in mixed time zones',
      csv(good[0]!, good[1]!.replace('14:31:00Z', '09:31:00-05:00')),
      'line 3: 2019-02-11T09:31:00-05:00 is in another time zone',
    ],
    ['without a time zone', csv(good[0]!.replace('Z', '')), 'line 2: timestamp "2019-02-11T14:30:00"'],
    ['cut off', csv(...good).slice(0, -3), 'line 6: the last line does not end in a newline'],
    ['half of a gzip file', gzipSync(csv(...lines(500))).subarray(0, 3_000), 'the gzip data end or break here'],
    ['gzip that broke', breakIn(gzipSync(csv(...lines(500)))), 'the gzip data end or break here'],
    [
      'of hours with a minute among them',
      csv(...hourly(30), '2019-02-12T19:31:00Z,1,1,1,1,1'),
      'line 32: the bar begins before the one before it, of 1Hour, has ended',
    ],
    [
      'at no distances',
      csv(...[0, 1, 3, 7, 15, 31, 63].map((at) => lines(1, OPEN + at * 60_000)[0]!)),
      'how long its bars are can not be told from their distances',
    ],
    ['a single bar', csv(good[0]!), 'how long its bars are can not be told from one'],
  ];
  function hourly(count: number): string[] {
    return Array.from({ length: count }, (_, i) => lines(1, OPEN + i * 3_600_000)[0]!);
  }
  function breakIn(bytes: Buffer): Buffer {
    bytes[2_000]! ^= 255;
    return bytes;
  }

  test.each(bad)('%s: refused, and nothing is left behind', async (_, content, fault) => {
    using home = temporaryFolder();
    const error = await failureOf(imported(home.path, fileIn(home.path, content)));
    expect(error.message).toContain(join(home.path, 'AAPL.csv'));
    expect(error.message).toContain(fault);
    expect(allSeries(home.path)).toEqual([]);
  });

  test('gaps are no fault of a file: verify tells them', async () => {
    using home = temporaryFolder();
    expect(await imported(home.path, fileIn(home.path, csv(...good, ...lines(5, OPEN + 3 * 3_600_000))))).toMatchObject({ added: 10 });
  });

  test('a fault far into a long file leaves the store as it was', async () => {
    using home = temporaryFolder();
    await imported(home.path, fileIn(home.path, csv(...lines(3, OPEN - 86_400_000))));
    const before = readdirSync(join(home.path, 'bars', 'AAPL', '1Min.raw'));
    const long = lines(70_000);
    const error = await failureOf(imported(home.path, fileIn(home.path, csv(...long, long[5]!))));
    expect(error.message).toContain('line 70002: 2019-02-11T14:35:00Z comes after a later bar');
    expect(readdirSync(join(home.path, 'bars', 'AAPL', '1Min.raw'))).toEqual(before);
    expect(loadBars({ home: home.path, ...keyOf() }).length).toBe(3);
  });

  test('bars that are closer than they are said to be long, by line, also far into a file', async () => {
    using home = temporaryFolder();
    const hours = Array.from(
      { length: 66_000 },
      (_, i) => `${new Date(Date.UTC(2000, 0, 1) + i * 300_000).toISOString().replace('.000Z', 'Z')},1,1,1,1,1`,
    );
    const path = fileIn(
      home.path,
      csv(...hours, `${new Date(Date.UTC(2000, 0, 1) + 65_999 * 300_000 + 60_000).toISOString().replace('.000Z', 'Z')},1,1,1,1,1`),
    );
    expect((await failureOf(imported(home.path, path))).message).toContain(
      'line 66002: the bar begins before the one before it, of 5Min, has ended',
    );
    expect((await failureOf(imported(home.path, path, { timeframe: keyOf('A', '1Hour').timeframe }))).message).toContain('line 3: ');
  });

  test('a file that is not there', async () => {
    using home = temporaryFolder();
    expect(await failureOf(imported(home.path, join(home.path, 'none.csv')))).toMatchObject({
      code: 'barFile',
      message: expect.stringContaining('ENOENT'),
    });
    expect((await failureOf(imported(home.path, home.path))).message).toContain('EISDIR');
  });
});

describe('two imports at once', () => {
  test('of one series: one after the other, and both are there', async () => {
    using home = temporaryFolder();
    const [left, right] = [
      fileIn(home.path, csv(...lines(70_000).slice(0, 66_000)), 'a.csv'),
      fileIn(home.path, csv(...lines(70_000).slice(65_990)), 'b.csv'),
    ];
    const results = await Promise.allSettled([imported(home.path, left, { waitMs: 10 }), imported(home.path, right, { waitMs: 10 })]);
    const refused = results.filter(({ status }) => status === 'rejected');
    // In one process the second can not wait for the first; what matters is that it is told, and nothing is lost.
    expect(refused.length).toBeLessThan(2);
    for (const one of refused) expect(one).toMatchObject({ reason: { code: 'barsBusy' } });
    await imported(home.path, left);
    await imported(home.path, right);
    expect(loadBars({ home: home.path, ...keyOf() }).length).toBe(70_000);
  });
});

describe('an export', () => {
  test('of a range holds the bars that begin in it', async () => {
    using home = temporaryFolder();
    const all = lines(100);
    await imported(home.path, fileIn(home.path, csv(...all)));
    const span = { from: OPEN + 10 * 60_000, to: OPEN + 20 * 60_000 };
    expect([...storedCsv(home.path, readSeries(home.path, keyOf())!, span)].join('')).toBe(csv(...all.slice(10, 20)));
  });

  test('is whole or not there', async () => {
    using home = temporaryFolder();
    const path = join(home.path, 'out.csv');
    const failing = function* () {
      yield 'a\n';
      throw new Error('it broke');
    };
    expect((await failureOf(writeCsv(path, failing()))).message).toBe('it broke');
    expect(readdirSync(home.path)).toEqual([]);
    expect(await failureOf(writeCsv(join(home.path, 'none', 'out.csv'), ['a']))).toMatchObject({ code: 'barsUnwritable' });
    expect(await writeCsv(`${path}.gz`, ['a', 'b\n'])).toBeGreaterThan(0);
    expect(gunzipSync(readFileSync(`${path}.gz`)).toString()).toBe('ab\n');
    expect(existsSync(`${path}.gz.part`)).toBe(false);
  });
});
