/** The market that `random:STOCKS[+PAIRS][:DAYS[:FROM]]` names, by counts or by names: "random:20", "random:50+2:10:2025-01-06", "random:AAPL+BTC/USD:5:today". */
import { dateText } from '../../domain/civil-day.ts';
import { newYorkDay } from '../../domain/new-york.ts';
import { createNyseCalendar } from '../../domain/nyse.ts';
import { type RandomMarketOptions, randomMarket } from '../random-market.ts';
import type { TapeOptions } from '../tape.ts';

const SPELLING = /^random:(\d{1,4})(?:\+(\d))?(?::(\d{1,4}))?(?::(\d{4}-\d{2}-\d{2}|today))?$/;
const NAMED = /^random:([A-Z][A-Z0-9./]{0,19}(?:\+[A-Z][A-Z0-9./]{0,19})*)(?::(\d{1,4}))?(?::(\d{4}-\d{2}-\d{2}|today))?$/;
const PAIRS = ['BTC/USD', 'ETH/USD', 'SOL/USD', 'LTC/USD', 'AVAX/USD', 'LINK/USD', 'UNI/USD', 'DOT/USD', 'DOGE/USD'];
const USUAL_DAYS = 5;
const USUAL_FROM = '2025-01-06';
const HISTORY_DAYS = 60;

export const isRandomSource = (source: string): boolean => source.startsWith('random:');

export function openRandomSource(source: string, seed: number): TapeOptions {
  const named = NAMED.exec(source);
  const match = SPELLING.exec(source);
  if (named) return opened(seed, namesIn(named[1] ?? ''), named[2], named[3]);
  if (!match)
    throw new Error(
      `${source} is no random market; write it as random:STOCKS[+PAIRS][:DAYS[:FROM]], like random:50+2:10:2025-01-06 or random:AAPL+BTC/USD:5:today`,
    );
  return opened(seed, { stocks: Number(match[1]), pairs: PAIRS.slice(0, Number(match[2] ?? 0)) }, match[3], match[4]);
}

type Names = Pick<RandomMarketOptions, 'stocks' | 'pairs'>;

function namesIn(list: string): Names {
  const names = list.split('+');
  return { stocks: names.filter((name) => !name.includes('/')), pairs: names.filter((name) => name.includes('/')) };
}

function opened(seed: number, names: Names, days: string | undefined, from: string | undefined): TapeOptions {
  const first = from === 'today' ? lastTradingDay(Date.now()) : (from ?? USUAL_FROM);
  return randomMarket({ seed, ...names, days: Number(days ?? USUAL_DAYS), from: first, historyDays: HISTORY_DAYS });
}

/** Today in New York, or the last day before it on which stocks are traded: for clients that count from their own clock. */
export function lastTradingDay(now: number): string {
  const calendar = createNyseCalendar();
  let day = newYorkDay(now);
  while (!calendar.isTradingDay(day)) day -= 1;
  return dateText(day);
}
