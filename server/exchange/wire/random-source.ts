/** The market that `random:STOCKS[+PAIRS][:DAYS[:FROM]]` names: "random:20", "random:50+2:10:2025-01-06". */
import { randomMarket } from '../random-market.ts';
import type { TapeOptions } from '../tape.ts';

const SPELLING = /^random:(\d{1,4})(?:\+(\d))?(?::(\d{1,4}))?(?::(\d{4}-\d{2}-\d{2}))?$/;
const PAIRS = ['BTC/USD', 'ETH/USD', 'SOL/USD', 'LTC/USD', 'AVAX/USD', 'LINK/USD', 'UNI/USD', 'DOT/USD', 'DOGE/USD'];
const USUAL_DAYS = 5;
const USUAL_FROM = '2025-01-06';
const HISTORY_DAYS = 60;

export const isRandomSource = (source: string): boolean => source.startsWith('random:');

export function openRandomSource(source: string, seed: number): TapeOptions {
  const match = SPELLING.exec(source);
  if (!match)
    throw new Error(`${source} is no random market; write it as random:STOCKS[+PAIRS][:DAYS[:FROM]], like random:50+2:10:2025-01-06`);
  return randomMarket({
    seed,
    stocks: Number(match[1]),
    pairs: PAIRS.slice(0, Number(match[2] ?? 0)),
    days: Number(match[3] ?? USUAL_DAYS),
    from: match[4] ?? USUAL_FROM,
    historyDays: HISTORY_DAYS,
  });
}
