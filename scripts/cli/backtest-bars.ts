/** The bars of a backtest, from the files that were named. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { readBarFile } from '#server/backtest/shell/read-bar-file.ts';
import type { BarRows } from '#server/domain/bar-blocks.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { BarFileError } from '#server/domain/bar-file.ts';
import { endsOf, spacingOf } from '#server/domain/bar-spacing.ts';
import { midnightOf } from '#server/domain/bucket.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { assetClassOf } from '#server/domain/instrument.ts';
import { longerBars } from '#server/domain/longer-bars.ts';
import { DAY, type Timeframe } from '#server/domain/timeframe.ts';
import type { Range } from './backtest-flags.ts';
import { Failure, misuse } from './failure.ts';
import { progressBar } from './progress.ts';

export interface NamedFile {
  readonly path: string;
  /** Nothing when nobody said it: then the file's name does. */
  readonly symbol: AssetSymbol | undefined;
}

/** What the run's folder says about where its bars came from. */
export interface Source {
  readonly symbol: AssetSymbol;
  readonly file: string;
  readonly sha256: string;
  readonly bars: number;
}

export interface Loaded {
  readonly bars: readonly BarColumns[];
  readonly sources: readonly Source[];
}

/** "BTC/USD=a.csv" or "AAPL_2024.csv.gz". */
export function namedFile(text: string): NamedFile {
  const [, symbol, path = text] = /^([A-Z0-9./]{1,21})=(.+)$/.exec(text) ?? [];
  return { path, symbol: symbol as AssetSymbol | undefined };
}

/** "AAPL_2024-01-02_2024-12-31.csv.gz" is of AAPL. */
export const symbolOf = ({ path, symbol }: NamedFile): AssetSymbol =>
  symbol ??
  ((basename(path)
    .replace(/\.csv(?:\.gz)?$/i, '')
    .split('_')[0] ?? '') as AssetSymbol);

export interface LoadSettings extends Range {
  readonly timeframe: Timeframe | undefined;
  readonly showsProgress: boolean;
}

export async function loadFiles(files: readonly NamedFile[], settings: LoadSettings): Promise<Loaded> {
  const sizes = await Promise.all(files.map(({ path }) => sizeOf(path)));
  const bar = progressBar(
    'bars',
    sizes.reduce((sum, size) => sum + size, 0),
    settings.showsProgress,
  );
  let read = 0;
  const onBytes = (bytes: number): void => {
    read += bytes;
    bar.at(read);
  };
  const bars: BarColumns[] = [];
  const sources: Source[] = [];
  try {
    for (const file of files) {
      const symbol = symbolOf(file);
      const { rows, sha256 } = await readOne(file.path, settings, onBytes);
      const columns = columnsOf(file.path, symbol, rows, settings.timeframe);
      bars.push(columns);
      sources.push({ symbol, file: file.path, sha256, bars: columns.length });
    }
  } finally {
    bar.end();
  }
  return { bars, sources };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw misuse(`${path} can not be read: ${error.code ?? error.message}`, 'give --bars a CSV file, gzipped when it ends in .gz');
  });
  if (!found.isFile()) throw misuse(`${path} is not a file`, 'give --bars a CSV file, gzipped when it ends in .gz');
  return found.size;
}

async function readOne(path: string, { from, to }: Range, onBytes: (bytes: number) => void) {
  try {
    return await readBarFile(path, { now: Date.now(), from, to, onBytes });
  } catch (error) {
    throw error instanceof BarFileError ? barFileFailure(error) : error;
  }
}

export function barFileFailure(error: BarFileError): Failure {
  const [message = error.message, ...hint] = error.message.split('; ');
  return new Failure({ code: 'barFile', message, hint: hint.join('; '), facts: { file: error.file, line: error.line } });
}

function columnsOf(path: string, symbol: AssetSymbol, rows: BarRows, wanted: Timeframe | undefined): BarColumns {
  if (rows.length === 0) {
    throw new Failure({
      code: 'noBars',
      message: `${path} has no bar in the range that was asked for`,
      hint: 'give another --from and --to, or leave them out',
      facts: { file: path },
    });
  }
  const spacing = spacingOf(rows.startsAt) ?? (rows.length === 1 ? (wanted ?? DAY) : undefined);
  if (spacing === undefined) {
    throw new Failure({
      code: 'timeframe',
      message: `${path}: its bars are at distances that no timeframe has`,
      hint: 'use files of minutes, hours, days, weeks or months',
      facts: { file: path },
    });
  }
  if (wanted !== undefined && wanted.ms < spacing.ms) {
    throw misuse(`${path} has bars of ${spacing.name}, which ${wanted.name} can not be made of`, 'give a longer --timeframe, or none');
  }
  const isLonger = wanted !== undefined && wanted.ms > spacing.ms;
  const made = isLonger ? longerBars(rows, midnightOf(assetClassOf(symbol)), wanted) : rows;
  const timeframe = isLonger ? wanted : spacing;
  return { symbol, timeframe, ...made, endsAt: endsOf(made.startsAt, timeframe, Number.POSITIVE_INFINITY) };
}
