/**
 * Is the timing worth anything? The same trades (as many, as long, as large, in the same directions), entered at random
 * instants instead, many times: where the strategy stands among them. In a market that only rose, everybody who bought
 * looks clever; this says by how much the choice of the moment was better than none.
 */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { toNumber } from '#server/domain/money.ts';
import { type ChanceState, roll } from '#server/exchange/random.ts';
import type { TradeRow } from '../result.ts';
import { type Percentiles, percentilesOf } from './resample.ts';

export interface RandomEntry {
  readonly draws: number;
  /** Profit before commission of the real trades, in dollars. */
  readonly profit: number;
  /** The same of trades entered at random. */
  readonly random: Percentiles;
  /** Part of the draws that did at least as well: a p-value; with (k + 1) / (n + 1), so that it is never 0. */
  readonly pValue: number;
}

interface Held {
  readonly columns: BarColumns;
  readonly signed: number;
  readonly bars: number;
}

/** Entered at the open of a random bar, left at the open as many bars later as the real trade was. */
export function randomEntries(
  trades: readonly TradeRow[],
  bars: readonly BarColumns[],
  draws: number,
  chance: ChanceState,
): RandomEntry | undefined {
  const held = trades.flatMap((trade) => holding(trade, bars));
  if (held.length === 0) return undefined;
  const profit = trades.reduce((sum, { profit, commission }) => sum + toNumber(profit) + toNumber(commission), 0);
  const totals = Float64Array.from({ length: draws }, () => held.reduce((sum, one) => sum + drawn(one, chance), 0));
  const asGood = totals.reduce((count, total) => count + (total >= profit ? 1 : 0), 0);
  return { draws, profit, random: percentilesOf(totals), pValue: (asGood + 1) / (draws + 1) };
}

function holding({ symbol, direction, quantity, enteredAt, exitedAt }: TradeRow, bars: readonly BarColumns[]): Held[] {
  const columns = bars.find((one) => one.symbol === symbol);
  if (columns === undefined) return [];
  const length = Math.max(1, firstAtOrAfter(columns, exitedAt) - firstAtOrAfter(columns, enteredAt));
  return length < columns.length ? [{ columns, signed: (direction === 'long' ? 1 : -1) * toNumber(quantity), bars: length }] : [];
}

function drawn({ columns, signed, bars }: Held, chance: ChanceState): number {
  const entry = Math.floor(roll(chance) * (columns.length - bars));
  return signed * ((columns.open[entry + bars] as number) - (columns.open[entry] as number));
}

function firstAtOrAfter({ startsAt, length }: BarColumns, at: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((startsAt[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
