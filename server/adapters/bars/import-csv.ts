/**
 * Takes a CSV file of bars into a series, in pieces, so that its length costs no memory; what is wrong anywhere in it
 * leaves the series as it was.
 */
import type { Adjustment } from '#server/domain/adjustment.ts';
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import { BarColumnsParser } from '#server/domain/bar-columns-file.ts';
import { BarFileError } from '#server/domain/bar-file.ts';
import { endOf } from '#server/domain/bar-spacing.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import { firstOf, lastOf } from '#server/history/bar-rows.ts';
import { BarConflict } from '#server/history/merge.ts';
import { type SeriesKey, seriesName } from '#server/history/series.ts';
import { firstTooClose, toldTimeframe } from '#server/history/spacing.ts';
import { openText } from './csv-stream.ts';
import { BarStoreError } from './error.ts';
import { LARGEST_SEGMENT } from './segment-file.ts';
import { openWriter, type SeriesWriter } from './series-writer.ts';

export interface ImportOptions {
  readonly home: string;
  readonly path: string;
  readonly symbol: AssetSymbol;
  /** Otherwise what the bars are apart. */
  readonly timeframe: Timeframe | undefined;
  readonly adjustment: Adjustment;
  /** Where the bars come from. */
  readonly source: string;
  /** Bars that are there with other values are replaced. */
  readonly replace: boolean;
  /** Bars that begin later are from the future. */
  readonly now: number;
  readonly onBytes: (bytes: number) => void;
  /** How long to wait for another writer. */
  readonly waitMs?: number;
}

export interface ImportReport {
  readonly key: SeriesKey;
  /** Lines with a bar. */
  readonly bars: number;
  readonly added: number;
  readonly same: number;
  readonly changed: number;
  /** When the first bar begins and the last one ends. */
  readonly from: number;
  readonly to: number;
  /** Columns that are not stored. */
  readonly leftOut: readonly string[];
}

const STORED_COLUMNS = new Set(['timestamp', 'open', 'high', 'low', 'close', 'volume', 'vwap', 'trade_count']);
/** The first bar stands below the header. */
const FIRST_LINE = 2;

/** Throws a BarFileError, or a BarStoreError. */
export async function importBars(options: ImportOptions): Promise<ImportReport> {
  const { path, now, onBytes } = options;
  const everything = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const parser = new BarColumnsParser({ name: path, now, ...everything, keepsExtras: true });
  const text = openText(path, onBytes);
  using intake = new Intake(options);
  try {
    for await (const chunk of text) {
      parser.push(chunk);
      if (parser.ready >= LARGEST_SEGMENT) intake.take(parser.takeFull());
    }
  } catch (error) {
    throw text.explain(error, parser.line);
  }
  parser.finish();
  if (parser.ready > 0) intake.take(parser.takeFull());
  return { ...intake.finish(), leftOut: parser.header.filter((name) => !STORED_COLUMNS.has(name)) };
}

/** The series that the bars go into: known when the first of them are. */
class Intake implements Disposable {
  readonly #options: ImportOptions;
  #key: SeriesKey | undefined;
  #writer: SeriesWriter | undefined;
  #from = Number.NaN;
  #last = Number.NEGATIVE_INFINITY;
  #bars = 0;
  #added = 0;
  #same = 0;
  #changed = 0;

  constructor(options: ImportOptions) {
    this.#options = options;
  }

  take(rows: FullBarRows): void {
    const { key, writer } = this.#begun(rows);
    const close = firstTooClose(rows.startsAt, key.timeframe, this.#last);
    if (close !== undefined) {
      const fault = `the bar begins before the one before it, of ${key.timeframe.name}, has ended`;
      throw new BarFileError(
        this.#options.path,
        this.#lineOf(close),
        fault,
        'say how long the bars are with --timeframe, or remove the line',
      );
    }
    try {
      const { added, same, changed } = writer.put(rows);
      this.#added += added;
      this.#same += same;
      this.#changed += changed;
    } catch (error) {
      throw error instanceof BarConflict ? this.#contradiction(key, error) : error;
    }
    this.#bars += rows.length;
    this.#last = lastOf(rows);
  }

  finish(): Omit<ImportReport, 'leftOut'> {
    const [key, writer] = [this.#key, this.#writer];
    if (key === undefined || writer === undefined) throw new Error('no bars were taken');
    const to = endOf(this.#last, key.timeframe);
    if (this.#added + this.#changed > 0 || writer.stored !== undefined) writer.commit([{ from: this.#from, to }]);
    return { key, bars: this.#bars, added: this.#added, same: this.#same, changed: this.#changed, from: this.#from, to };
  }

  [Symbol.dispose](): void {
    this.#writer?.close();
  }

  #begun(rows: FullBarRows): { readonly key: SeriesKey; readonly writer: SeriesWriter } {
    if (this.#key !== undefined && this.#writer !== undefined) return { key: this.#key, writer: this.#writer };
    const { home, path, symbol, adjustment, source, replace, waitMs } = this.#options;
    const timeframe = this.#options.timeframe ?? toldTimeframe(rows.startsAt);
    if (timeframe === undefined) {
      const hint = 'say it with --timeframe: 1Min to 59Min, 1Hour to 23Hour, 1Day, 1Week or 1Month';
      const message = `${path}: how long its bars are can not be told from ${rows.length === 1 ? 'one' : 'their distances'}`;
      throw new BarStoreError({ code: 'barFile', message, hint, facts: { file: path } });
    }
    const key = { symbol, timeframe, adjustment };
    const writer = openWriter({ home, key, source, replace, ...(waitMs === undefined ? {} : { waitMs }) });
    this.#key = key;
    this.#writer = writer;
    this.#from = firstOf(rows);
    return { key, writer };
  }

  #lineOf = (index: number): number => FIRST_LINE + this.#bars + index;

  #contradiction(key: SeriesKey, { index, startsAt, column, stored, fresh }: BarConflict): BarStoreError {
    const { path } = this.#options;
    const line = this.#lineOf(index);
    const at = new Date(startsAt).toISOString().replace('.000Z', 'Z');
    return new BarStoreError({
      code: 'barsConflict',
      message: `${path}, line ${line}: ${column} at ${at} is ${fresh}; ${seriesName(key)} has ${stored} there`,
      hint: 'nothing was stored; give --replace to believe the file',
      facts: { file: path, line, column, stored, given: fresh },
    });
  }
}
