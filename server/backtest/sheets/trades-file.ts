/**
 * Closed trades from the text of a CSV file, as in the run folders' trades.csv; other columns are left alone. Only the profit after
 * commission must be there: `profit`, `pnl_net` or `pnl`. What else is understood, when it is there: `quantity` (or `qty`, `size`),
 * `entry_price`, `exit_price`, `commission`, `entered_at` and `exited_at` (or `entry_time`, `exit_time`), `max_adverse` and
 * `max_favourable` (or `mae`, `mfe`) in dollars. "entryPrice" and "entry_price" are the same name.
 */
import type { ClosedTrade } from '../metrics/trades.ts';
import { openSheet, type Sheet, type SheetFile, type SheetRow, stampReader } from './sheet.ts';

/** What is understood, by the names that columns may have. */
const NAMES = {
  profit: ['profit', 'pnlnet', 'netprofit', 'pnl'],
  quantity: ['quantity', 'qty', 'size'],
  entryPrice: ['entryprice'],
  exitPrice: ['exitprice'],
  commission: ['commission'],
  maxAdverse: ['maxadverse', 'mae'],
  maxFavourable: ['maxfavourable', 'mfe'],
} as const;

const ENTERED = ['enteredat', 'entrytime', 'entrydate'];
const EXITED = ['exitedat', 'exittime', 'exitdate'];

/** A cell that need not be there, nor be filled. */
type Cell = (row: SheetRow) => number | undefined;

export function parseTradesFile(file: SheetFile): ClosedTrade[] {
  const sheet = openSheet(file);
  const profit = sheet.find(...NAMES.profit) ?? sheet.refuseHeader('it must name a column profit: dollars after commission');
  const [quantity, entryPrice, exitPrice] = [NAMES.quantity, NAMES.entryPrice, NAMES.exitPrice].map((names) => numberIn(sheet, names));
  const [commission, maxAdverse, maxFavourable] = [NAMES.commission, NAMES.maxAdverse, NAMES.maxFavourable].map((names) =>
    numberIn(sheet, names),
  );
  const [enteredAt, exitedAt] = [stampIn(sheet, ENTERED), stampIn(sheet, EXITED)];
  return Array.from(sheet.rows, (row) => {
    const amount = quantity?.(row);
    const valueAt = (price: number | undefined): number | undefined =>
      amount === undefined || price === undefined ? undefined : Math.abs(amount) * price;
    const [entered, exited] = [enteredAt(row), exitedAt(row)];
    if (entered !== undefined && exited !== undefined && exited < entered) row.refuse('the exit is before the entry');
    return {
      profit: row.number(profit),
      commission: commission?.(row),
      entryValue: valueAt(entryPrice?.(row)),
      exitValue: valueAt(exitPrice?.(row)),
      enteredAt: entered,
      exitedAt: exited,
      maxAdverse: maxAdverse?.(row),
      maxFavourable: maxFavourable?.(row),
    };
  });
}

function numberIn(sheet: Sheet, names: readonly string[]): Cell {
  const column = sheet.find(...names);
  return (row) => (column === undefined || row.text(column) === '' ? undefined : row.number(column));
}

function stampIn(sheet: Sheet, names: readonly string[]): Cell {
  const column = sheet.find(...names);
  if (column === undefined) return () => undefined;
  const stampOf = stampReader(column);
  return (row) => (row.text(column) === '' ? undefined : stampOf(row));
}
