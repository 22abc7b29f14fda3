/** The parameters of the portfolio history, with the two that Alpaca has deprecated. */
import type { HistoryQuery } from '../requests.ts';
import { choice, csv, flag, moment, present, text } from './query.ts';

const REPORTING = ['market_hours', 'extended_hours', 'continuous'] as const;

export function readHistoryQuery(query: URLSearchParams): HistoryQuery {
  return {
    reporting: choice(query, 'intraday_reporting', REPORTING, flag(query, 'extended_hours') ? 'extended_hours' : 'market_hours'),
    profitReset: choice(query, 'pnl_reset', ['per_day', 'no_reset'] as const, 'per_day'),
    ...present({
      period: text(query, 'period'),
      timeframe: text(query, 'timeframe'),
      start: moment(query, 'start') ?? moment(query, 'date_start'),
      end: moment(query, 'end') ?? moment(query, 'date_end'),
      cashflowTypes: csv(query, 'cashflow_types'),
    }),
  };
}
