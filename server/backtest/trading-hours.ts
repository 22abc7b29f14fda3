/** Which hours the risk rule of a backtest goes by: the stock exchange's, or none. */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import type { Session } from '#server/domain/session.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { alwaysOpen, isNyseDay, nyseSessions } from './hours.ts';

export const HOURS = ['auto', 'nyse', 'always'] as const;
export type Hours = (typeof HOURS)[number];

export interface Trading {
  /** What was chosen. */
  readonly hours: Exclude<Hours, 'auto'>;
  readonly sessions: readonly Session[];
}

/**
 * `bars` are those to judge by; more may follow `until` an instant. `auto`: bars of a day and more are decided on at their close, when the exchange has closed, so they are always open; shorter ones
 * go by the New York Stock Exchange, unless they have bars on days on which it is closed: then they are of another market.
 */
export function tradingHours(bars: readonly BarColumns[], wanted: Hours, until = lastEnd(bars)): Trading {
  const from = Math.min(...bars.map(({ startsAt }) => startsAt[0] as number));
  const hours = wanted === 'auto' ? guess(bars) : wanted;
  return { hours, sessions: hours === 'nyse' ? nyseSessions(from, until) : alwaysOpen(from) };
}

const lastEnd = (bars: readonly BarColumns[]): number => Math.max(...bars.map(({ endsAt, length }) => endsAt[length - 1] as number));

function guess(bars: readonly BarColumns[]): Trading['hours'] {
  const stocks = bars.filter(({ symbol }) => !isCryptoSymbol(symbol));
  return stocks.every(({ timeframe, startsAt }) => timeframe.ms < DAY_MS && onNyseDays(startsAt)) ? 'nyse' : 'always';
}

function onNyseDays(startsAt: Float64Array): boolean {
  let day = Number.NaN;
  for (let nth = 0; nth < startsAt.length; nth++) {
    const at = startsAt[nth] as number;
    const today = Math.floor(at / DAY_MS);
    if (today !== day && !isNyseDay(at)) return false;
    day = today;
  }
  return true;
}
