/** The rows of a backtest as text: lines of CSV for the run folder, objects of strings for JSON. */
import { formatFixed } from '#server/domain/money.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import type { DecisionRow, EquityCurve, FillRow, OrderRow, TradeRow } from '../result.ts';

/** Quoted where it must be, as RFC 4180 has it. */
const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""').replace(/[\r\n]+/g, ' ')}"` : text);
const line = (cells: readonly string[]): string => cells.join(',');
const maybe = (value: bigint | undefined): string => (value === undefined ? '' : formatFixed(value));

/** A number of dollars or shares to nine decimals at most. */
function decimal(value: number): string {
  const cents = Math.round(value * 100);
  if (Math.abs(cents / 100 - value) < 1e-10) return String(cents / 100);
  return String(Number(value.toFixed(Math.abs(value) < 1e6 ? 9 : 6)));
}

export const equityHeader = ({ symbols }: Pick<EquityCurve, 'symbols'>): string =>
  line(['timestamp', 'equity', 'cash', ...(symbols.length === 1 ? ['position'] : symbols.map((symbol) => `position_${symbol}`))]);

/** All points, one line each. */
export function equityLines({ length, timestamp, equity, cash, positions }: EquityCurve): string {
  const lines = new Array<string>(length);
  // Cash and positions change seldom; their text is kept.
  const kept = [cash, ...positions].map((column) => ({ column, value: Number.NaN, text: '' }));
  for (let nth = 0; nth < length; nth++) {
    let rest = '';
    for (const one of kept) {
      const value = one.column[nth] as number;
      if (value !== one.value) {
        one.value = value;
        one.text = decimal(value);
      }
      rest += `,${one.text}`;
    }
    lines[nth] = `${stampSeconds(timestamp[nth] as number)},${decimal(equity[nth] as number)}${rest}\n`;
  }
  return lines.join('');
}

export const FILLS_HEADER = 'timestamp,symbol,side,type,qty,price,commission,order,portfolio,reason';
export const fillLine = (row: FillRow): string =>
  line([
    stampSeconds(row.at),
    row.symbol,
    row.side,
    row.type,
    formatFixed(row.quantity),
    formatFixed(row.price),
    formatFixed(row.commission),
    row.order,
    row.portfolio ?? '',
    cell(row.reason),
  ]);

export const fillJson = (row: FillRow): object => ({
  timestamp: stampSeconds(row.at),
  symbol: row.symbol,
  side: row.side,
  type: row.type,
  quantity: formatFixed(row.quantity),
  price: formatFixed(row.price),
  commission: formatFixed(row.commission),
  order: row.order,
  portfolio: row.portfolio ?? null,
  reason: row.reason,
});

export const TRADES_HEADER =
  'symbol,direction,qty,entered_at,exited_at,entry_bar,exit_bar,entry_price,exit_price,commission,profit,max_adverse,max_favourable,portfolio,deployments,exit_reason,exit_rule';
export const tradeLine = (row: TradeRow): string =>
  line([
    row.symbol,
    row.direction,
    formatFixed(row.quantity),
    stampSeconds(row.enteredAt),
    stampSeconds(row.exitedAt),
    String(row.entryBar),
    String(row.exitBar),
    formatFixed(row.entryPrice),
    formatFixed(row.exitPrice),
    formatFixed(row.commission),
    formatFixed(row.profit),
    decimal(row.maxAdverse),
    decimal(row.maxFavourable),
    row.portfolio ?? '',
    cell(row.deployments.join(' ')),
    cell(row.exitReason),
    row.exitRule ?? '',
  ]);

export const tradeJson = (row: TradeRow): object => ({
  symbol: row.symbol,
  direction: row.direction,
  quantity: formatFixed(row.quantity),
  enteredAt: stampSeconds(row.enteredAt),
  exitedAt: stampSeconds(row.exitedAt),
  entryBar: row.entryBar,
  exitBar: row.exitBar,
  entryPrice: formatFixed(row.entryPrice),
  exitPrice: formatFixed(row.exitPrice),
  commission: formatFixed(row.commission),
  profit: formatFixed(row.profit),
  maxAdverse: decimal(row.maxAdverse),
  maxFavourable: decimal(row.maxFavourable),
  portfolio: row.portfolio ?? null,
  deployments: row.deployments,
  exitReason: row.exitReason,
  exitRule: row.exitRule ?? null,
});

export const ORDERS_HEADER = 'order,timestamp,symbol,side,type,qty,limit,stop,tif,status,filled,reason';
export const orderLine = (row: OrderRow): string =>
  line([
    row.order,
    stampSeconds(row.at),
    row.symbol,
    row.side,
    row.type,
    formatFixed(row.quantity),
    maybe(row.limitPrice),
    maybe(row.stopPrice),
    row.timeInForce,
    row.status,
    formatFixed(row.filled),
    cell(row.reason),
  ]);

/** One JSON object a line, money as decimals. */
export const decisionLine = ({ at, ...decision }: DecisionRow): string =>
  JSON.stringify({ timestamp: stampSeconds(at), ...decision }, (_key, value: unknown) =>
    typeof value === 'bigint' ? formatFixed(value) : value,
  );
