/** Splits and dividends from files: read or refused by line, and applied when bars are read. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readActions } from '#server/adapters/bars/actions-file.ts';
import { importActions } from '#server/adapters/bars/import-actions.ts';
import { loadBars } from '#server/adapters/bars/load.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { instant } from '#server/domain/time.ts';
import { temporaryFolder } from '#tests/config/folder.ts';
import { csv, failureOf, fileIn, imported, lines, NOW } from './csv-files.ts';
import { keyOf } from './rows.ts';

describe('splits and dividends from a file', () => {
  const actions = (home: string, text: string, more: object = {}) =>
    importActions({ home, path: fileIn(home, text, 'actions.csv'), symbols: undefined, source: 'csv', replace: false, now: NOW, ...more });
  const LIST = 'symbol,ex_date,new_rate,old_rate,cash,close_before';

  test('as a list, and as a table of factors', async () => {
    using home = temporaryFolder();
    await actions(home.path, `${LIST}\nAAPL,2020-08-31,4,1,,\nAAPL,2020-08-07,,,0.82,455.61\nMSFT,2020-08-19,,,0.51,\n`);
    expect(readActions(home.path, 'AAPL' as AssetSymbol)).toEqual({
      symbol: 'AAPL',
      source: 'csv',
      from: '1900-01-01',
      until: '2025-12-31',
      actions: [
        { kind: 'cashDividend', exDate: '2020-08-07', rate: 0.82, closeBefore: 455.61 },
        { kind: 'split', exDate: '2020-08-31', newRate: 4, oldRate: 1 },
      ],
    });
    expect(readActions(home.path, 'MSFT' as AssetSymbol)?.actions).toMatchObject([{ closeBefore: undefined }]);
    const table = 'symbol,through_date,price_factor,split_factor\nGOOG,2004-08-19,1,0.5\nGOOG,2014-04-02,1,0.5\nGOOG,2050-12-31,1,1\n';
    await actions(home.path, table);
    expect(readActions(home.path, 'GOOG' as AssetSymbol)?.actions).toEqual([
      { kind: 'factor', exDate: '2014-04-03', of: 'split', factor: 0.5 },
    ]);
  });

  test.each([
    [`${LIST}\nAAPL,2020-13-01,4,1,,\n`, 'line 2: "2020-13-01" is not a date'],
    [`${LIST}\nAAPL,2027-01-04,4,1,,\n`, 'line 2: 2027-01-04 has not come yet'],
    [`${LIST}\nAAPL,2020-08-31,4,1,2,\n`, 'line 2: a row is for a split'],
    [`${LIST}\nAAPL,2020-08-31,,,,\n`, 'line 2: a row is for a split'],
    [`${LIST}\nAAPL,2020-08-31,4,0,,\n`, 'line 2: old_rate is "0", not a number above zero'],
    [`${LIST}\n../x,2020-08-31,4,1,,\n`, 'line 2: "../x" is not a symbol'],
    [`${LIST}\nAAPL,2020-08-31,4\n`, 'line 2: 3 of 5 columns'],
    [`${LIST}\nAAPL,2020-08-31,4,1,,`, 'line 2: the last line does not end in a newline'],
    [
      'symbol,through_date,price_factor,split_factor\nA,2020-01-02,1,1\nA,2020-01-01,1,1\n',
      'line 3: 2020-01-01 does not come after the row before',
    ],
  ])('%j is refused', async (text, fault) => {
    using home = temporaryFolder();
    expect((await failureOf(actions(home.path, text))).message).toContain(fault);
    expect(existsSync(join(home.path, 'bars'))).toBe(false);
  });

  test('others that are stored are not replaced without being told', async () => {
    using home = temporaryFolder();
    await actions(home.path, `${LIST}\nAAPL,2020-08-31,4,1,,\n`);
    await actions(home.path, `${LIST}\nAAPL,2020-08-31,4,1,,\n`);
    const other = `${LIST}\nAAPL,2020-08-31,5,1,,\n`;
    expect(await failureOf(actions(home.path, other))).toMatchObject({ code: 'barsConflict' });
    await actions(home.path, other, { replace: true });
    expect(readActions(home.path, 'AAPL' as AssetSymbol)?.actions).toMatchObject([{ newRate: 5 }]);
  });

  test('restate raw bars when they are read; a dividend takes the close of the raw bars where the file has none', async () => {
    using home = temporaryFolder();
    const day = (date: string, price: number) => `${date}T05:00:00Z,${price},${price},${price},${price},100`;
    const days = csv(day('2019-02-11', 400), day('2019-02-12', 100), day('2019-02-13', 99));
    await imported(home.path, fileIn(home.path, days));
    await actions(home.path, `${LIST}\nAAPL,2019-02-12,4,1,,\nAAPL,2019-02-13,,,1,\n`);
    const load = (adjustment: 'split' | 'all') => loadBars({ home: home.path, ...keyOf('AAPL', '1Day', adjustment) });
    expect([[...load('split').close], [...load('split').volume]]).toEqual([
      [100, 100, 99],
      [400, 100, 100],
    ]);
    expect([...load('all').close]).toEqual([100 * (1 - 1 / 100), 100 * (1 - 1 / 100), 99]);
    const from = instant(Date.parse('2019-02-13T05:00:00Z'));
    expect([...loadBars({ home: home.path, ...keyOf('AAPL', '1Day', 'all'), from }).close]).toEqual([99]);
  });

  test('a dividend whose price before it is not known is an error that names it', async () => {
    using home = temporaryFolder();
    await imported(home.path, fileIn(home.path, csv(...lines(5))));
    await actions(home.path, `${LIST}\nAAPL,2020-08-07,,,0.82,\n`);
    expect(await failureOf((async () => loadBars({ home: home.path, ...keyOf('AAPL', '1Min', 'all') }))())).toMatchObject({
      code: 'actionsUnknown',
      message: expect.stringContaining('the price before the dividend of 2020-08-07 is not stored'),
    });
    expect(loadBars({ home: home.path, ...keyOf('AAPL', '1Min', 'split') }).length).toBe(5);
  });
});
