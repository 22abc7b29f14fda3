/** The market that `random:STOCKS[+PAIRS][:DAYS[:FROM]]` names, by counts or by names: "random:20", "random:50+2:10:2025-01-06", "random:AAPL+BTC/USD". */
import { type RandomMarketOptions, randomMarket } from '../random-market.ts';
import type { TapeOptions } from '../tape.ts';

const SPELLING = /^random:(\d{1,4})(?:\+(\d))?(?::(\d{1,4}))?(?::(\d{4}-\d{2}-\d{2}))?$/;
const NAMED = /^random:([A-Z][A-Z0-9./]{0,19}(?:\+[A-Z][A-Z0-9./]{0,19})*)(?::(\d{1,4}))?(?::(\d{4}-\d{2}-\d{2}))?$/;
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
    throw new Error(`${source} is no random market; write it as random:STOCKS[+PAIRS][:DAYS[:FROM]], like random:50+2:10:2025-01-06`);
  return opened(seed, { stocks: Number(match[1]), pairs: PAIRS.slice(0, Number(match[2] ?? 0)) }, match[3], match[4]);
}

type Names = Pick<RandomMarketOptions, 'stocks' | 'pairs'>;

function namesIn(list: string): Names {
  const names = list.split('+');
  return { stocks: names.filter((name) => !name.includes('/')), pairs: names.filter((name) => name.includes('/')) };
}

const opened = (seed: number, names: Names, days: string | undefined, from: string | undefined): TapeOptions =>
  randomMarket({ seed, ...names, days: Number(days ?? USUAL_DAYS), from: from ?? USUAL_FROM, historyDays: HISTORY_DAYS });
