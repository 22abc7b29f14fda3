/**
 * Quotes from the text of a CSV file, in one of two forms. `timestamp,bid,bid_size,ask,ask_size[,exchange,…,suspicious]` has
 * every change; a price of 0 says that its side is not in this line, and the one before goes on. In
 * `timestamp,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,…,ask_size` a line is a minute, told as four quotes:
 * open, lows, highs, close (open, highs, lows, close when the bid fell) at 0, 20, 40 and 59.999 seconds.
 * Left out are suspicious lines, and quotes whose bid is not below their ask.
 */
import type { AssetSymbol } from './ids.ts';
import { isPrice } from './money.ts';
import { headerOf, type TickFile, type TickRow, tickRows } from './tick-sheet.ts';
import type { Instant } from './time.ts';

export interface RecordedQuote {
  readonly kind: 'quote';
  readonly symbol: AssetSymbol;
  readonly at: Instant;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  /** The exchange's code, where it is told. */
  readonly venue: string;
}

type Side = { readonly price: number; readonly size: number };

const CHANGES = ['timestamp', 'bid', 'bid_size', 'ask', 'ask_size'];
const MINUTES = ['timestamp', ...sideColumns('bid'), ...sideColumns('ask')];
const STEPS_AT = [0, 20_000, 40_000, 59_999];

function sideColumns(side: string): string[] {
  return ['open', 'high', 'low', 'close', 'size'].map((part) => `${side}_${part}`);
}

/** All quotes of a file, in order of time. */
export function parseQuoteFile(file: TickFile): RecordedQuote[] {
  const quotes = headerOf(file)[1] === 'bid_open' ? minuteQuotes(file) : changes(file);
  return quotes.filter(({ bid, ask }) => bid < ask);
}

function changes(file: TickFile): RecordedQuote[] {
  const quotes: RecordedQuote[] = [];
  let bid: Side | undefined;
  let ask: Side | undefined;
  for (const row of tickRows(file, CHANGES)) {
    const [bidNow, askNow] = [sideOf(row, 'bid'), sideOf(row, 'ask')];
    if (row.text('suspicious') === '1') continue;
    bid = bidNow ?? bid;
    ask = askNow ?? ask;
    if (bid && ask) quotes.push(quoteOf(file, row.at, bid, ask, row.text('exchange')));
  }
  return quotes;
}

function sideOf(row: TickRow, side: 'bid' | 'ask'): Side | undefined {
  const price = row.number(side);
  const size = row.number(`${side}_size`);
  if (price === 0) return undefined;
  return isPrice(price) ? { price, size } : row.refuse(`${side} is ${price}, which is no price`, 'repair or remove the line');
}

const quoteOf = (file: TickFile, at: Instant, bid: Side, ask: Side, venue: string): RecordedQuote => ({
  kind: 'quote',
  symbol: file.symbol as AssetSymbol,
  at,
  bid: bid.price,
  bidSize: bid.size,
  ask: ask.price,
  askSize: ask.size,
  venue,
});

function minuteQuotes(file: TickFile): RecordedQuote[] {
  const quotes: RecordedQuote[] = [];
  for (const row of tickRows(file, MINUTES)) {
    const isFalling = row.number('bid_close') < row.number('bid_open');
    const parts = isFalling ? ['open', 'high', 'low', 'close'] : ['open', 'low', 'high', 'close'];
    const [bidSize, askSize] = [row.number('bid_size'), row.number('ask_size')];
    parts.forEach((part, step) => {
      const [bid, ask] = [row.number(`bid_${part}`), row.number(`ask_${part}`)];
      if (!isPrice(bid) || !isPrice(ask)) return;
      const at = (row.at + (STEPS_AT[step] ?? 0)) as Instant;
      quotes.push(quoteOf(file, at, { price: bid, size: bidSize }, { price: ask, size: askSize }, ''));
    });
  }
  return quotes;
}
