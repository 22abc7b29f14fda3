/** Real ticks: their files are read whole, and the minutes made of trades are the recorded minutes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseBarFile } from '#server/domain/bar-file.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseQuoteFile } from '#server/domain/quote-file.ts';
import { parseTradeFile } from '#server/domain/trade-file.ts';
import { barsOfTicks } from '#server/exchange/tick-tape.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data');
const isThere = existsSync(join(FOLDER, 'ticks'));
const REASON = '../shared/data is not beside this checkout: tick files are NOT read';
if (!isThere) console.warn(REASON);

const read = (path: string, symbol: string) => ({
  name: path,
  symbol,
  text: gunzipSync(readFileSync(join(FOLDER, path))).toString('utf8'),
});

describe.runIf(isThere)('recorded ticks', () => {
  it('of SPY make the minutes of the same day', () => {
    const trades = parseTradeFile(read('ticks/equity/SPY_2013-10-07_trades_lean.csv.gz', 'SPY'));
    const made = new Map(barsOfTicks('SPY' as AssetSymbol, trades).map((bar) => [bar.startsAt, bar]));
    const bars = parseBarFile(read('equity/minute/SPY_2013-10-04_2013-10-11_lean.csv.gz', 'SPY')).filter((bar) => made.has(bar.startsAt));
    const same = bars.filter((bar) => made.get(bar.startsAt)?.volume === bar.volume);
    expect(bars.length).toBe(828);
    expect(same.length).toBeGreaterThan(815);
  });

  it('of quotes have a bid below the ask, in order of time', () => {
    const quotes = parseQuoteFile(read('ticks/equity/IBM_2013-10-07_quotes_lean.csv.gz', 'IBM'));
    expect(quotes.length).toBeGreaterThan(50_000);
    expect(quotes.every(({ bid, ask }) => bid < ask)).toBe(true);
    expect(quotes.every(({ at }, index) => index === 0 || at >= (quotes[index - 1]?.at ?? 0))).toBe(true);
    const minutes = parseQuoteFile(read('equity/minute_quotes/AAPL_2014-06-05_2014-06-09_lean.csv.gz', 'AAPL'));
    expect(minutes.length).toBeGreaterThan(9_000);
  });
});

if (!isThere) it.skip(REASON, () => undefined);
