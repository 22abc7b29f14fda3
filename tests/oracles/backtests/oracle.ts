/** The backtests that others computed: their files, and how ours are held against them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Commission } from '#server/backtest/request.ts';
import type { BacktestResult, TradeRow } from '#server/backtest/result.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { BarColumnsParser } from '#server/domain/bar-columns-file.ts';
import { endsOf, spacingOf } from '#server/domain/bar-spacing.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney, toNumber } from '#server/domain/money.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';

const SHARED = join(import.meta.dirname, '../../../../shared');
const FOLDER = join(SHARED, 'oracles/backtests');
export const isThere = existsSync(FOLDER);
if (!isThere) {
  console.warn('../shared/oracles is not beside this checkout: backtests are NOT compared with backtesting.py, backtrader and Lean');
}

/** Dollars that the oracles' own printing may be off. */
export const CENT_FRACTION = 0.005;

export const folders = (): string[] =>
  isThere
    ? readdirSync(FOLDER, { withFileTypes: true })
        .filter((one) => one.isDirectory())
        .map(({ name }) => name)
    : [];

const textOf = (path: string): string => {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};

export interface OracleConfig {
  readonly data: { readonly file: string; readonly start?: string; readonly rth?: boolean };
  readonly bars: number;
  readonly rule: string;
  readonly params: Readonly<Record<string, number>>;
  readonly cash: number;
  readonly commission: { readonly kind: string; readonly rate: number; readonly min?: number };
}

export const configOf = (folder: string): OracleConfig => JSON.parse(textOf(join(FOLDER, folder, 'config.json'))) as OracleConfig;

export function commissionOf({ kind, rate, min = 0 }: OracleConfig['commission']): Commission {
  if (kind === 'percent') return { kind: 'percent', rate };
  return kind === 'per_share' ? { kind: 'perShare', rate: parseMoney(String(rate)), least: parseMoney(String(min)) } : { kind: 'none' };
}

/** Rows of an oracle's file by the names of its columns; nothing when it is not there. */
export function table(folder: string, file: string): Record<string, string>[] | undefined {
  const path = join(FOLDER, folder, file);
  return existsSync(path) ? rowsOf(path) : undefined;
}

/** Rows of a file of ../shared/data. */
export const dataTable = (file: string): Record<string, string>[] => rowsOf(join(SHARED, 'data', file));

function rowsOf(path: string): Record<string, string>[] {
  const [header = '', ...lines] = textOf(path).trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, nth) => [names[nth] ?? '', cell])));
}

export interface BarFilter {
  readonly from?: number;
  readonly to?: number;
  readonly keep?: (at: number) => boolean;
}

/** The bars of a file of ../shared/data. */
export function barsOf(file: string, symbol: string, { from = 0, to = Number.POSITIVE_INFINITY, keep }: BarFilter = {}): BarColumns {
  const parser = new BarColumnsParser({ name: file, now: Number.POSITIVE_INFINITY, from, to });
  const bytes = readFileSync(join(SHARED, 'data', file));
  parser.push(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  parser.finish();
  const rows = parser.take();
  const chosen = [...rows.startsAt.keys()].filter((nth) => keep?.(rows.startsAt[nth] as number) ?? true);
  const cut = (column: Float64Array): Float64Array => Float64Array.from(chosen, (nth) => column[nth] as number);
  const timeframe = spacingOf(rows.startsAt) as Timeframe;
  const startsAt = cut(rows.startsAt);
  return {
    symbol: symbol as AssetSymbol,
    timeframe,
    length: chosen.length,
    startsAt,
    endsAt: endsOf(startsAt, timeframe, Number.POSITIVE_INFINITY),
    open: cut(rows.open),
    high: cut(rows.high),
    low: cut(rows.low),
    close: cut(rows.close),
    volume: cut(rows.volume),
  };
}

/** What a row of ours and one of theirs say differently, in words; nothing when they agree. */
function differs(what: string, ours: readonly (string | number)[], theirs: readonly (string | number)[]): string[] {
  const same = ours.every((value, nth) => {
    const other = theirs[nth] as string | number;
    return typeof value === 'number' ? Math.abs(value - Number(other)) <= CENT_FRACTION : value === other;
  });
  return same ? [] : [`${what}: ${ours.join(' ')} is ours, ${theirs.join(' ')} theirs`];
}

/** What follows from the first differences need not be told. */
const FAULTS_TOLD = 3;
const first = (faults: readonly string[]): readonly string[] => faults.slice(0, FAULTS_TOLD);

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

function lengths(what: string, ours: number, theirs: number): string[] {
  return ours === theirs ? [] : [`${ours} ${what}, theirs are ${theirs}`];
}

/** The curve at every bar, with cash and position where they are told. */
export function curveFaults({ curve }: BacktestResult, rows: readonly Record<string, string>[]): readonly string[] {
  const faults = lengths('points', curve.length, rows.length);
  for (const [nth, row] of rows.entries()) {
    const at = `bar ${nth}`;
    faults.push(...differs(at, [iso(curve.timestamp[nth] as number)], [row['timestamp'] ?? '']));
    faults.push(...differs(`${at} equity`, [curve.equity[nth] as number], [row['equity'] ?? '']));
    if (row['cash'] !== undefined) faults.push(...differs(`${at} cash`, [curve.cash[nth] as number], [row['cash']]));
    for (const [slot, symbol] of curve.symbols.entries()) {
      const told = row[symbol] ?? (curve.symbols.length === 1 ? row['position'] : undefined);
      if (told !== undefined) faults.push(...differs(`${at} ${symbol}`, [curve.positions[slot]?.[nth] as number], [told]));
    }
  }
  return first(faults);
}

/** Fills in order; a quantity without a side is signed. */
export function fillFaults({ fills }: BacktestResult, rows: readonly Record<string, string>[]): readonly string[] {
  const faults = lengths('fills', fills.length, rows.length);
  for (const [nth, row] of rows.entries()) {
    const fill = fills[nth];
    if (fill === undefined) break;
    const signed = Number(row['qty']);
    const side = row['side'] ?? (signed > 0 ? 'buy' : 'sell');
    faults.push(
      ...differs(
        `fill ${nth}`,
        [iso(fill.at), fill.side, toNumber(fill.quantity), toNumber(fill.price), toNumber(fill.commission)],
        [row['timestamp'] ?? '', side, Math.abs(signed), row['price'] ?? '', row['commission'] ?? ''],
      ),
    );
  }
  return first(faults);
}

const tradeKey = (size: number, entry: number, exit: number): number => entry * 1e6 + exit + Math.sign(size) * 0.1;

/** Closed lots, whatever the order in which they are told. */
export function tradeFaults({ trades }: BacktestResult, rows: readonly Record<string, string>[]): readonly string[] {
  const sizeOf = (trade: TradeRow): number => toNumber(trade.quantity) * (trade.direction === 'long' ? 1 : -1);
  const ours = trades.toSorted((a, b) => tradeKey(sizeOf(a), a.entryBar, a.exitBar) - tradeKey(sizeOf(b), b.entryBar, b.exitBar));
  const number = (row: Record<string, string>, name: string): number => Number(row[name]);
  const keyOf = (row: Record<string, string>): number => tradeKey(number(row, 'size'), number(row, 'entry_bar'), number(row, 'exit_bar'));
  const theirs = rows.toSorted((a, b) => keyOf(a) - keyOf(b));
  const faults = lengths('trades', ours.length, theirs.length);
  for (const [nth, row] of theirs.entries()) {
    const trade = ours[nth];
    if (trade === undefined) break;
    const told = ['size', 'entry_bar', 'exit_bar', 'entry_price', 'exit_price', 'commission', 'pnl_net'];
    const mine = [sizeOf(trade), trade.entryBar, trade.exitBar, toNumber(trade.entryPrice), toNumber(trade.exitPrice)];
    faults.push(
      ...differs(
        `trade ${nth}`,
        [...mine, toNumber(trade.commission), toNumber(trade.profit)],
        told.map((name) => row[name] ?? row['pnl'] ?? ''),
      ),
    );
  }
  return first(faults);
}
