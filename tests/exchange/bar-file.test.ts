/** Bar files: what is believed, and how what is not is refused. */
import { describe, expect, it } from 'vitest';
import { findGaps, parseBarFile } from '#server/domain/bar-file.ts';
import { loadTape } from '#server/exchange/wire/load-tape.ts';

const HEADER = 'timestamp,open,high,low,close,volume';
const LINE = '2019-02-11T14:30:00Z,100,101,99,100.5,1000';
const parse = (...lines: string[]) => parseBarFile({ name: 'x.csv', text: lines.map((line) => `${line}\n`).join(''), symbol: 'AAPL' });

describe('a bar file', () => {
  it('is read, extra columns and all', () => {
    expect(parse(`${HEADER},vwap`, `${LINE},100.2`, '2019-02-11T14:31:00Z,1,1,1,1,0')).toMatchObject([
      {
        symbol: 'AAPL',
        startsAt: 1_549_895_400_000,
        endsAt: 1_549_895_460_000,
        open: 100,
        high: 101,
        low: 99,
        close: 100.5,
        volume: 1_000,
      },
      { volume: 0 },
    ]);
  });

  it.each([
    ['empty', [''], /x\.csv, line 1: the file is empty/],
    ['without a header', [LINE], /line 1: the header is/],
    ['without bars', [HEADER], /line 2: there is a header but no bar/],
    ['unsorted', [HEADER, LINE, '2019-02-11T14:29:00Z,1,1,1,1,1'], /line 3: .* comes after a later bar; sort/],
    ['with a duplicate', [HEADER, LINE, LINE], /line 3: .* is there twice/],
    ['with a negative price', [HEADER, '2019-02-11T14:30:00Z,-1,1,1,1,1'], /line 2: .*(open is -1|below open)/],
    ['with a zero price', [HEADER, '2019-02-11T14:30:00Z,1,1,0,1,1'], /line 2: low is 0/],
    ['with NaN', [HEADER, '2019-02-11T14:30:00Z,1,NaN,1,1,1'], /line 2: high is "NaN", not a number/],
    ['with garbage', [HEADER, '2019-02-11T14:30:00Z,1,1,1,0x10,1'], /line 2: close is "0x10"/],
    ['with an empty cell', [HEADER, '2019-02-11T14:30:00Z,1,1,1,1,'], /line 2: volume is ""/],
    ['with the high under the low', [HEADER, '2019-02-11T14:30:00Z,2,1,2,2,1'], /line 2: high 1 is below/],
    ['with a stamp off the minute', [HEADER, '2019-02-11T14:30:01Z,1,1,1,1,1'], /line 2: .* is not on a minute/],
    ['with a local stamp', [HEADER, '2019-02-11 09:30,1,1,1,1,1'], /line 2: timestamp "2019-02-11 09:30"; write it as/],
    ['with a short line', [HEADER, '2019-02-11T14:30:00Z,1,1'], /line 2: 3 of 6 columns/],
  ])('%s is refused with file, line and fault', (_name, lines, message) => {
    expect(() => parse(...lines)).toThrow(message);
  });

  it('that ends in the middle of a line is refused', () => {
    expect(() => parseBarFile({ name: 'x.csv', text: `${HEADER}\n${LINE}\n2019-02-11T14:31:00Z,1,1,1,1,12`, symbol: 'A' })).toThrow(
      /line 3: the last line/,
    );
  });

  it('has its holes named, but nights are none', () => {
    const bars = parse(HEADER, LINE, '2019-02-11T14:45:00Z,1,1,1,1,1', '2019-02-12T14:30:00Z,1,1,1,1,1');
    const sameDay = (a: number, b: number) => Math.floor(a / 86_400_000) === Math.floor(b / 86_400_000);
    expect(findGaps(bars, 10, sameDay)).toEqual([{ from: bars[0]?.endsAt, to: bars[1]?.startsAt, minutes: 14 }]);
    expect(findGaps(bars, 14, sameDay)).toEqual([]);
  });
});

describe('the demo’s bars', () => {
  it('load, with bitcoin re-dated beside the stocks', () => {
    const tape = loadTape({ folder: 'config/demo-bars' });
    expect(tape.assets.all.map((asset) => asset.instrument.symbol)).toEqual(['AAPL', 'MSFT', 'AMZN', 'JPM', 'SPY', 'TSLA', 'BTC/USD']);
    expect([...tape.sessionDates]).toEqual(expect.arrayContaining(['2019-02-13', '2019-02-14', '2019-02-15']));
    expect(new Date(tape.series.get('BTC/USD' as never)?.[0]?.startsAt ?? 0).toISOString()).toBe('2019-02-13T00:00:00.000Z');
    expect(tape.lapMs).toBe(7 * 86_400_000);
  });

  it('of a symbol that is not there are refused', () => {
    expect(() => loadTape({ folder: 'config/demo-bars', symbols: ['GME'] })).toThrow(/no bars of GME.*manifest has AAPL/);
    expect(() => loadTape({ folder: 'nowhere' })).toThrow(/nowhere.manifest.json can not be read/);
  });
});
