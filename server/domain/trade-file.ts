/** Trades from the text of a CSV file: `timestamp,price,size[,exchange,…,suspicious]`; suspicious lines are left out. */
import type { AssetSymbol } from './ids.ts';
import { isPrice } from './money.ts';
import { type TickFile, tickRows } from './tick-sheet.ts';
import type { Instant } from './time.ts';

export interface RecordedTrade {
  readonly kind: 'trade';
  readonly symbol: AssetSymbol;
  readonly at: Instant;
  readonly price: number;
  readonly size: number;
  /** The exchange's code, where it is told. */
  readonly venue: string;
}

const COLUMNS = ['timestamp', 'price', 'size'];

/** All trades of a file, in order of time. */
export function parseTradeFile(file: TickFile): RecordedTrade[] {
  const trades: RecordedTrade[] = [];
  for (const row of tickRows(file, COLUMNS)) {
    const [price, size] = [row.number('price'), row.number('size')];
    if (!isPrice(price)) row.refuse(`price is ${price}, which is no price`, 'repair or remove the line');
    if (size === 0) row.refuse('size is 0', 'repair or remove the line');
    if (row.text('suspicious') === '1') continue;
    trades.push({ kind: 'trade', symbol: file.symbol as AssetSymbol, at: row.at, price, size, venue: row.text('exchange') });
  }
  return trades;
}
