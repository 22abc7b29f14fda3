/**
 * A year of minute bars of one symbol, from the columnar files as a backtest loads it, beside the same bars from the `bars`
 * table of the database by hand and from a CSV file. The first load is that of a process that has loaded nothing yet.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadBars } from '#server/adapters/bars/load.ts';
import { readSeries } from '#server/adapters/bars/series-file.ts';
import { openWriter } from '#server/adapters/bars/series-writer.ts';
import { openDatabase, sqliteFile } from '#server/adapters/store/open.ts';
import type { BarRows, FullBarRows } from '#server/domain/bar-blocks.ts';
import { BarColumnsParser } from '#server/domain/bar-columns-file.ts';
import { parseDate } from '#server/domain/civil-day.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { makePriceRows, makeRows } from '#server/history/bar-rows.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { createNyseSessions } from '#server/history/sessions.ts';
import { type BenchReport, type BenchResult, machine, median } from './machine.ts';
import { walk } from './walk.ts';

const ROUNDS = 9;
const DAYS = 365;
/** From four in the morning to eight in the evening. */
const BEFORE_MS = 5.5 * HOUR_MS;
const AFTER_MS = 4 * HOUR_MS;
const CHUNK = 1 << 18;

/** Every minute of every session of 2019, with or without the hours around it. */
function yearOfMinutes(symbol: AssetSymbol, isExtended: boolean): FullBarRows {
  const sessionOf = createNyseSessions();
  const first = parseDate('2019-01-01') ?? 0;
  const startsAt: number[] = [];
  for (let day = first; day < first + DAYS; day++) {
    const session = sessionOf(day);
    if (session === undefined) continue;
    const [from, to] = isExtended ? [session.from - BEFORE_MS, session.to + AFTER_MS] : [session.from, session.to];
    for (let at = from; at < to; at += MINUTE_MS) startsAt.push(at);
  }
  const rows = makeRows(startsAt.length);
  walk(symbol, startsAt.length, 7).forEach((bar, i) => {
    rows.startsAt[i] = startsAt[i] ?? 0;
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) rows[name][i] = bar[name];
  });
  rows.vwap.fill(Number.NaN);
  rows.trades.fill(Number.NaN);
  return rows;
}

function storeFiles(home: string, key: SeriesKey, rows: FullBarRows): number {
  const writer = openWriter({ home, key, source: 'bench', replace: false });
  writer.put(rows);
  writer.commit([{ from: rows.startsAt[0] ?? 0, to: (rows.startsAt[rows.length - 1] ?? 0) + MINUTE_MS }]);
  writer.close();
  return (readSeries(home, key)?.segments ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
}

function storeTable(database: DatabaseSync, { symbol, timeframe }: SeriesKey, rows: BarRows): void {
  const insert = database.prepare(
    'INSERT INTO bars (symbol, timeframe, at, open, high, low, close, volume) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const at = (column: Float64Array, i: number): number => column[i] ?? 0;
  database.exec('BEGIN');
  for (let i = 0; i < rows.length; i++) {
    const prices = [rows.open, rows.high, rows.low, rows.close, rows.volume].map((column) => at(column, i));
    insert.run(symbol, timeframe.name, at(rows.startsAt, i), ...prices);
  }
  database.exec('COMMIT');
}

function readTable(database: DatabaseSync, { symbol, timeframe }: SeriesKey, length: number): BarRows {
  const rows = makePriceRows(length);
  const select = database.prepare('SELECT at, open, high, low, close, volume FROM bars WHERE symbol = ? AND timeframe = ? ORDER BY at');
  let i = 0;
  for (const row of select.iterate(symbol, timeframe.name) as Iterable<Record<string, number>>) {
    rows.startsAt[i] = row['at'] ?? 0;
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) rows[name][i] = row[name] ?? 0;
    i += 1;
  }
  return rows;
}

function csvOf(rows: BarRows): Buffer {
  const lines = Array.from(rows.startsAt, (at, i) => {
    const prices = [rows.open, rows.high, rows.low, rows.close, rows.volume].map((column) => column[i]);
    return `${new Date(at).toISOString().slice(0, 19)}Z,${prices.join(',')}`;
  });
  return Buffer.from(`timestamp,open,high,low,close,volume\n${lines.join('\n')}\n`);
}

function readCsv(bytes: Buffer): BarRows {
  const everything = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const parser = new BarColumnsParser({ name: 'bench', now: Number.POSITIVE_INFINITY, ...everything });
  for (let at = 0; at < bytes.length; at += CHUNK) parser.push(bytes.subarray(at, at + CHUNK));
  parser.finish();
  return parser.take();
}

function timed(work: () => { readonly length: number }, bars: number): number {
  const began = performance.now();
  const { length } = work();
  if (length !== bars) throw new Error(`${length} bars were read, ${bars} were stored`);
  return performance.now() - began;
}

const tenths = (figure: number): number => Math.round(figure * 10) / 10;

function measure(home: string, isExtended: boolean): BenchResult[] {
  const name = isExtended ? 'extended' : 'regular';
  const key: SeriesKey = { symbol: (isExtended ? 'LONG' : 'SHORT') as AssetSymbol, timeframe: MINUTE, adjustment: 'raw' };
  const rows = yearOfMinutes(key.symbol, isExtended);
  const bytes = storeFiles(home, key, rows);
  const load = (): { readonly length: number } => loadBars({ home, ...key });
  const first = timed(load, rows.length);
  const database = new DatabaseSync(sqliteFile(home));
  storeTable(database, key, rows);
  const csv = csvOf(rows);
  const [files, table, text]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    files.push(timed(load, rows.length));
    table.push(timed(() => readTable(database, key, rows.length), rows.length));
    text.push(timed(() => readCsv(csv), rows.length));
  }
  database.close();
  const [value, byTable, byText] = [median(files), median(table), median(text)];
  return [
    { what: `${name}YearBars`, value: rows.length, unit: 'bars' },
    { what: `${name}YearFirstLoad`, value: tenths(first), unit: 'ms' },
    {
      what: `${name}YearLoad`,
      value: tenths(value),
      unit: 'ms',
      versus: `bars table on SQLite ${tenths(byTable)} ms`,
      ratio: value / byTable,
    },
    { what: `${name}YearLoadVersusCsv`, value: tenths(value), unit: 'ms', versus: `CSV text ${tenths(byText)} ms`, ratio: value / byText },
    { what: `${name}YearBytesPerBar`, value: tenths(bytes / rows.length), unit: 'bytes' },
  ];
}

export async function benchData(): Promise<BenchReport> {
  const home = mkdtempSync(join(tmpdir(), 'tradar-bench-'));
  try {
    const { driver } = await openDatabase(undefined, home);
    await driver.close();
    // The longer one first: its first load is the colder.
    return { bench: 'data', machine: machine(), results: [...measure(home, true), ...measure(home, false)] };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
