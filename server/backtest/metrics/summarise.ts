/** The metrics of a backtest's result. */
import { toNumber } from '#server/domain/money.ts';
import type { BacktestResult, TradeRow } from '../result.ts';
import { type Measured, measure, type Summary, type SummaryOptions } from './summary.ts';
import type { ClosedTrade } from './trades.ts';

export function closedTrade(row: TradeRow): ClosedTrade {
  const quantity = Math.abs(toNumber(row.quantity));
  return {
    profit: toNumber(row.profit),
    commission: toNumber(row.commission),
    entryValue: quantity * toNumber(row.entryPrice),
    exitValue: quantity * toNumber(row.exitPrice),
    enteredAt: row.enteredAt,
    exitedAt: row.exitedAt,
    maxAdverse: row.maxAdverse,
    maxFavourable: row.maxFavourable,
  };
}

export function measuredOf({ curve, trades, fills }: Pick<BacktestResult, 'curve' | 'trades' | 'fills'>): Measured {
  return {
    curve,
    trades: trades.map(closedTrade),
    traded: fills.reduce((dollars, fill) => dollars + toNumber(fill.price) * Math.abs(toNumber(fill.quantity)), 0),
  };
}

/** `metrics{}` of `tradar backtest --json`, with the same keys as `tradar metrics --json`. */
export const summarise = (result: Pick<BacktestResult, 'curve' | 'trades' | 'fills'>, options: SummaryOptions = {}): Summary =>
  measure(measuredOf(result), options);
