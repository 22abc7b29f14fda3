/** What is brought to the exchange: bars, days, quotes, trades and random markets, apart and together. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { openBars } from '#server/exchange/wire/bar-sources.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradar-sources-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
};
const BARS = 'timestamp,open,high,low,close,volume\n2019-02-11T14:30:00Z,10,11,9,10.5,100\n2019-02-11T14:31:00Z,10.5,11,10,11,50\n';
const DAYS = 'timestamp,open,high,low,close,volume\n2019-02-07T05:00:00Z,8,9,7,8,1000\n2019-02-08T05:00:00Z,8,9,7,9,1000\n';
const QUOTES = 'timestamp,bid,bid_size,ask,ask_size\n2019-02-11T14:30:01Z,10,100,10.02,200\n2019-02-11T14:31:01Z,11,100,11.02,200\n';
const TRADES = 'timestamp,price,size\n2019-02-11T14:30:02Z,10.01,100\n2019-02-11T14:32:02Z,11.01,100\n';
const symbol = (name: string): AssetSymbol => name as AssetSymbol;

describe('sources', () => {
  it('are told apart by header and stamps, and put together by symbol', () => {
    put('AAPL_minutes.csv', BARS);
    put('AAPL_days.csv.gz', DAYS);
    put('AAPL_quotes.csv.gz', QUOTES);
    put('MSFT_trades.csv', TRADES);
    const tape = openBars([folder]);
    expect(tape.assets.all.map(({ instrument }) => instrument.symbol)).toEqual(['AAPL', 'MSFT']);
    expect(tape.daily.get(symbol('AAPL'))?.map(({ startsAt, endsAt }) => [startsAt, endsAt - startsAt])).toEqual([
      [Date.parse('2019-02-07T05:00:00Z'), 86_400_000],
      [Date.parse('2019-02-08T05:00:00Z'), 86_400_000],
    ]);
    expect(tape.recorded.ticks.map((tick) => [tick.symbol, tick.kind])).toEqual([
      ['AAPL', 'quote'],
      ['MSFT', 'trade'],
      ['AAPL', 'quote'],
      ['MSFT', 'trade'],
    ]);
    expect(tape.series.get(symbol('MSFT'))?.map(({ open, volume }) => [open, volume])).toEqual([
      [10.01, 100],
      [11.01, 100],
    ]);
  });

  it('may be random, alone or beside files, by the seed', () => {
    const tape = openBars(['random:3+1:1', put('AAPL.csv', BARS)], undefined, 5);
    expect(tape.assets.all.map(({ instrument }) => instrument.symbol)).toEqual(['RAAA', 'RAAB', 'RAAC', 'BTC/USD', 'AAPL']);
    expect(openBars(['random:3:1'], ['RAAB'], 5).series).toEqual(new Map([[symbol('RAAB'), tape.series.get(symbol('RAAB'))]]));
    expect(() => openBars(['random:many'])).toThrow('like random:50+2:10:2025-01-06');
    expect(openBars(['random:NVDA+BTC/USD:1:today']).series.size).toBe(2);
  });

  it('with one symbol twice, or without a symbol that was asked for, are refused', () => {
    expect(() => openBars([put('AAPL_1.csv', BARS), put('AAPL_2.csv', BARS)])).toThrow('AAPL is in more than one');
    expect(() => openBars([put('AAPL_1.csv', BARS)], ['TSLA'])).toThrow('there are no bars of TSLA; there are AAPL');
  });
});
