/** Bar files by chunks of bytes and by lines of text: the same bars, and the same complaints. Stamps of one zone alone are believed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BarColumnsParser } from '#server/domain/bar-columns-file.ts';
import { parseBarFile } from '#server/domain/bar-file.ts';

const HEADER = 'timestamp,open,high,low,close,volume';
const NOW = Date.parse('2026-01-01T00:00:00Z');

type Row = readonly number[];

const byText = (text: string): Row[] =>
  parseBarFile({ name: 'x.csv', text, symbol: 'X' }).map(
    ({ startsAt, open, high, low, close, volume, vwap = Number.NaN, trades = Number.NaN }) => [
      startsAt,
      open,
      high,
      low,
      close,
      volume,
      vwap,
      trades,
    ],
  );

function byBytes(text: string, chunk = 7): Row[] {
  const bytes = new TextEncoder().encode(text);
  const parser = new BarColumnsParser({
    name: 'x.csv',
    now: NOW,
    from: Number.NEGATIVE_INFINITY,
    to: Number.POSITIVE_INFINITY,
    keepsExtras: true,
  });
  for (let at = 0; at < bytes.length; at += chunk) parser.push(bytes.subarray(at, at + chunk));
  parser.finish();
  const rows = parser.takeFull();
  const columns = [rows.startsAt, rows.open, rows.high, rows.low, rows.close, rows.volume, rows.vwap, rows.trades];
  return Array.from({ length: rows.length }, (_, i) => columns.map((column) => column[i]!));
}

const outcome = (read: () => Row[]): unknown => {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
};

const price = fc.oneof(
  fc.integer({ min: 1, max: 1_000_000 }).map((value) => String(value / 100)),
  fc.constantFrom('1e2', '-3', 'NaN', '', '0', '123456789012345678', '0.1234567890123456789', ' 7'),
);
const stamp = fc
  .tuple(fc.nat(20), fc.constantFrom('Z', 'Z', 'Z', 'Z', '-05:00', '-04:00', '+00:00', '', '.000Z'))
  .map(([minute, end]) => `2019-02-11T14:${String(30 + minute)}:00${end}`);
const line = fc
  .tuple(stamp, price, price, price, price, price, fc.constantFrom('', ',', ',5,6', ',5.5,', ',x,1', ',5,6,7'))
  .map(([at, open, high, low, close, volume, rest]) => `${at},${open},${high},${low},${close},${volume}${rest}`);
const goodLine = fc.tuple(fc.nat(29), fc.integer({ min: 1, max: 99_999 }), fc.nat(5_000), fc.constantFrom(',,', ',1.25,7', ',,9')).map(
  ([, cents, volume, rest]) =>
    (nth: number) =>
      `2019-02-11T14:${30 + nth}:00Z,${cents / 100},${(cents + 5) / 100},${cents / 100},${(cents + 5) / 100},${volume}${rest}`,
);

describe('bytes and text', () => {
  test('say the same of lines that are wrong in any way', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(HEADER, `${HEADER},vwap,trade_count`),
        (lines, header) => {
          const text = `${[header, ...lines].join('\n')}\n`;
          expect(outcome(() => byBytes(text))).toEqual(outcome(() => byText(text)));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('say the same of sound lines, however they are cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(goodLine, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 200 }), (lines, chunk) => {
        const text = `${[`${HEADER},vwap,trade_count`, ...lines.map((make, nth) => make(nth))].join('\r\n')}\r\n`;
        expect(byBytes(text, chunk)).toEqual(byText(text));
        expect(byText(text).length).toBe(lines.length);
      }),
    );
  });
});

test('a price that is not plain is not taken for two', () => {
  const text = `${HEADER}\n2019-02-11T14:30:00Z,1e2,100,100,100,5\n`;
  expect(byBytes(text)[0]!.slice(1, 6)).toEqual([100, 100, 100, 100, 5]);
  expect(() => byBytes(text.replace('1e2', '100;5'))).toThrow('open is "100;5", not a number');
});

describe('stamps', () => {
  const of = (...stamps: string[]) => `${[HEADER, ...stamps.map((at) => `${at},1,1,1,1,1`)].join('\n')}\n`;
  const starts = (text: string): string[] => byBytes(text).map(([at]) => new Date(at!).toISOString());

  test('with an offset are read as the instants that they are', () => {
    expect(starts(of('2019-02-11T09:30:00-05:00', '2019-02-11T09:31:00-05:00'))).toEqual([
      '2019-02-11T14:30:00.000Z',
      '2019-02-11T14:31:00.000Z',
    ]);
  });

  test('of one place change with its clocks', () => {
    expect(starts(of('2019-03-08T09:30:00-05:00', '2019-03-11T09:30:00-04:00'))).toEqual([
      '2019-03-08T14:30:00.000Z',
      '2019-03-11T13:30:00.000Z',
    ]);
  });

  test.each([
    [
      ['2019-02-11T14:30:00Z', '2019-02-11T09:31:00-05:00'],
      'line 3: 2019-02-11T09:31:00-05:00 is in another time zone than the lines before (UTC)',
    ],
    [
      ['2019-02-11T09:30:00-05:00', '2019-02-11T14:31:00Z'],
      'line 3: 2019-02-11T14:31:00Z is in another time zone than the lines before (-05:00)',
    ],
    [['2019-02-11T09:30:00-05:00', '2019-02-11T15:31:00+01:00'], 'is in another time zone'],
    [['2019-02-11T09:30:00'], 'timestamp "2019-02-11T09:30:00"'],
    [['2019-02-30T09:30:00Z'], 'timestamp "2019-02-30T09:30:00Z"'],
    [['2019-02-11T14:30:20Z'], 'is not on a minute'],
    [['2026-02-11T14:30:00Z'], '2026-02-11T14:30:00Z has not come yet'],
    [['2026-02-11T14:30:00+05:30'], '2026-02-11T14:30:00+05:30 has not come yet'],
  ])('%j are refused', (stamps, fault) => {
    expect(() => byBytes(of(...stamps))).toThrow(fault);
  });
});
