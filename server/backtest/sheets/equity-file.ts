/**
 * A curve from the text of a CSV file: `timestamp|date,equity` in any order, other columns are left alone. `cash` and columns whose
 * names begin with `position` are read when they are there, as in the run folders' equity.csv. `close` stands in for `equity`, so that
 * a file of bars can be a benchmark.
 */
import type { HoldingSeries } from '../metrics/exposure.ts';
import { openSheet, type SheetFile, type SheetRow, stampReader } from './sheet.ts';

export function parseEquityFile(file: SheetFile): HoldingSeries {
  const sheet = openSheet(file);
  const time = sheet.find('timestamp', 'date', 'datetime', 'time') ?? sheet.refuseHeader('it must name a column timestamp or date');
  const value = sheet.find('equity', 'close') ?? sheet.refuseHeader('it must name a column equity');
  const cash = sheet.find('cash');
  const held = sheet.columns.flatMap((name, nth) => (name.startsWith('position') ? [nth] : []));
  const timestamp: number[] = [];
  const columns = [value, ...(cash === undefined ? [] : [cash]), ...held].map((column) => ({ column, values: [] as number[] }));
  const stampOf = stampReader(time);
  for (const row of sheet.rows) {
    timestamp.push(inOrder(row, row.text(time), stampOf(row), timestamp.at(-1)));
    for (const { column, values } of columns) values.push(row.number(column));
  }
  if (timestamp.length === 0) sheet.refuseHeader('a curve has at least one line below it');
  const [equity = [], ...others] = columns.map(({ values }) => Float64Array.from(values));
  const positions = cash === undefined ? others : others.slice(1);
  return {
    timestamp: Float64Array.from(timestamp),
    equity,
    cash: cash === undefined ? undefined : others[0],
    positions: positions.length === 0 ? undefined : positions,
  };
}

function inOrder(row: SheetRow, text: string, at: number, previous: number | undefined): number {
  if (at === previous) row.refuse(`${text} is there twice`, 'remove one of the two lines');
  if (previous !== undefined && at < previous) row.refuse(`${text} comes after a later line`, 'sort the file by time, oldest first');
  return at;
}
