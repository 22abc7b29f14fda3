/** Curves and trades from CSV text: what is read, and what is refused with file and line. */
import { describe, expect, test } from 'vitest';
import { parseEquityFile } from '#server/backtest/sheets/equity-file.ts';
import { SheetError } from '#server/backtest/sheets/sheet.ts';
import { parseTradesFile } from '#server/backtest/sheets/trades-file.ts';

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
const curveOf = (text: string) => parseEquityFile({ name: 'e.csv', text });
const tradesOf = (text: string) => parseTradesFile({ name: 't.csv', text });

describe('a curve', () => {
  test.each([
    ['dates', lines('date,equity', '2024-01-02,100', '2024-01-03,101.5')],
    ['times with a zone', lines('timestamp,equity', '2024-01-02T00:00:00Z,100', '2024-01-02T19:00:00-05:00,101.5')],
    ['times without a zone', lines('timestamp,equity', '2024-01-02 00:00:00,100', '2024-01-03T00:00,101.5')],
    ['other columns around them', lines('note,Equity,Date,note', '0,100,2024-01-02,', '"a ""b"", c",101.5,2024-01-03,')],
    [
      'a byte order mark, and lines that end as Windows ends them',
      `\uFEFF${lines('date,equity', '2024-01-02,100', '2024-01-03,1.015e2').replaceAll('\n', '\r\n')}`,
    ],
    [
      'a file of bars',
      lines('timestamp,open,high,low,close,volume', '2024-01-02T00:00:00Z,1,1,1,100,5', '2024-01-03T00:00:00Z,1,1,1,101.5,5'),
    ],
  ])('of %s', (_, text) => {
    const { timestamp, equity, cash, positions } = curveOf(text);
    expect({ timestamp: [...(timestamp as Float64Array)], equity: [...(equity as Float64Array)], cash, positions }).toEqual({
      timestamp: [Date.UTC(2024, 0, 2), Date.UTC(2024, 0, 3)],
      equity: [100, 101.5],
      cash: undefined,
      positions: undefined,
    });
  });

  test('cash and positions of a run folder', () => {
    const { cash, positions } = curveOf(lines('timestamp,equity,cash,position AAPL,position BTC/USD', '2024-01-02,100,40,1,0.5'));
    expect([cash, positions]).toEqual([Float64Array.of(40), [Float64Array.of(1), Float64Array.of(0.5)]]);
    expect(curveOf(lines('timestamp,equity,position', '2024-01-02,100,1'))).toMatchObject({
      cash: undefined,
      positions: [Float64Array.of(1)],
    });
  });

  const good = ['date,equity', '2024-01-02,100', '2024-01-03,101'] as const;

  test.each([
    ['empty', '', 1, 'the file is empty'],
    ['nothing but space', ' \n \n', 1, 'the file is empty'],
    ['no header', lines('2024-01-02,100'), 1, 'the header is "2024-01-02,100"; it must name a column timestamp or date'],
    ['no equity', lines('date,value', '2024-01-02,100'), 1, 'it must name a column equity'],
    ['a header alone', lines('date,equity'), 1, 'a curve has at least one line below it'],
    ['an open quote in the header', lines('date,"equity', '2024-01-02,1'), 1, 'close its quote'],
    ['a column twice', lines('date,equity,Equity', '2024-01-02,1,2'), 1, 'equity is there twice'],
    ['unsorted', lines(...good, '2024-01-01,99'), 4, '2024-01-01 comes after a later line'],
    ['twice', lines(...good, '2024-01-03,101'), 4, '2024-01-03 is there twice'],
    ['NaN', lines(...good, '2024-01-04,NaN'), 4, '"NaN" is not a number'],
    ['infinite', lines(...good, '2024-01-04,1e999'), 4, '"1e999" is not a number'],
    ['blank', lines(...good, '2024-01-04,'), 4, '"" is not a number'],
    ['hexadecimal', lines(...good, '2024-01-04,0x10'), 4, '"0x10" is not a number'],
    ['no date', lines(...good, '2024-02-30,100'), 4, '"2024-02-30" is no date or time'],
    ['another century', lines(...good, '0024-02-03,100'), 4, '"0024-02-03" is no date or time'],
    [
      'mixed forms',
      lines(...good, '2024-01-04T00:00:00Z,100'),
      4,
      '2024-01-04T00:00:00Z is a time with a zone, the lines before are a date',
    ],
    ['mixed zones', lines('timestamp,equity', '2024-01-02T10:00:00Z,1', '2024-01-02T11:00:00,1'), 3, 'is a time without a zone'],
    ['cut off within a line', lines(...good).slice(0, -3), 3, 'the last line does not end in a newline, so it may be cut off'],
    ['cut off before a column', lines(...good, '2024-01-04'), 4, '1 of 2 columns'],
    ['too many columns', lines(...good, '2024-01-04,1,000'), 4, '3 columns, 2 in the header'],
    ['an empty line', lines(...good, '', '2024-01-04,1'), 4, 'the line is empty'],
    ['an open quote', lines(...good, '"2024-01-04,1'), 4, 'a quote is not closed'],
  ])('%s is refused', (_, text, line, fault) => {
    expect(() => curveOf(text)).toThrow(SheetError);
    expect(() => curveOf(text)).toThrow(`e.csv, line ${line}: `);
    expect(() => curveOf(text)).toThrow(fault);
  });
});

describe('trades', () => {
  test('of a run folder, whatever its names are written like', () => {
    const text = lines(
      'symbol,direction,quantity,enteredAt,exitedAt,entryPrice,exitPrice,commission,profit,maxAdverse,maxFavourable,exitReason',
      'AAPL,long,10,2024-01-02T15:00:00Z,2024-01-03T15:00:00Z,100,110,1,99,-5,120,"target, at 110"',
    );
    const expected = {
      profit: 99,
      commission: 1,
      entryValue: 1000,
      exitValue: 1100,
      enteredAt: Date.UTC(2024, 0, 2, 15),
      exitedAt: Date.UTC(2024, 0, 3, 15),
      maxAdverse: -5,
      maxFavourable: 120,
    };
    expect(tradesOf(text)).toEqual([expected]);
    expect(tradesOf(text.replace(/^.*?\n/, (header) => header.replace(/[A-Z]/g, (letter) => `_${letter}`)))).toEqual([expected]);
  });

  test('of others: a short one by its size, profits after commission before those without, cells that are blank', () => {
    const text = lines(
      'size,entry_time,exit_time,entry_price,exit_price,pnl_gross,pnl_net,mae',
      '-20,2024-01-02,2024-01-03,10,9,20,19,',
      '5,,,,,1,1,-2',
    );
    expect(tradesOf(text)).toMatchObject([
      { profit: 19, entryValue: 200, exitValue: 180, maxAdverse: undefined },
      { profit: 1, entryValue: undefined, enteredAt: undefined, maxAdverse: -2 },
    ]);
  });

  test('none', () => {
    expect(tradesOf(lines('symbol,profit'))).toEqual([]);
  });

  test.each([
    ['no profit', lines('symbol,quantity', 'AAPL,1'), 1, 'it must name a column profit'],
    ['a profit that is none', lines('profit', '12,5'), 2, '2 columns, 1 in the header'],
    ['a profit of nothing', lines('profit,symbol', ',AAPL'), 2, '"" is not a number'],
    ['an exit before its entry', lines('profit,entered_at,exited_at', '1,2024-01-03,2024-01-02'), 2, 'the exit is before the entry'],
  ])('%s is refused', (_, text, line, fault) => {
    expect(() => tradesOf(text)).toThrow(`t.csv, line ${line}: `);
    expect(() => tradesOf(text)).toThrow(fault);
  });
});
