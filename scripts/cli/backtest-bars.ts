/** The bars of a backtest, from the files that were named. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type BarStream, BarStreamError, openBars } from '#server/backtest/shell/bar-stream.ts';
import { type BarColumns, joinColumns } from '#server/domain/bar-columns.ts';
import { BarFileError } from '#server/domain/bar-file.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import { stampSeconds } from '#server/exchange/stamp.ts';
import { type GapsSeen, GapWatch } from '#server/history/verify/gap-watch.ts';
import { type SplitsSeen, SplitWatch } from '#server/history/verify/split-watch.ts';
import { lengthText } from '#server/history/verify/verify.ts';
import type { Range } from './backtest-flags.ts';
import { Failure, misuse } from './failure.ts';
import { progressBar } from './progress.ts';

export interface NamedFile {
  readonly path: string;
  /** Nothing when nobody said it: then the file's name does. */
  readonly symbol: AssetSymbol | undefined;
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

export interface OpenSettings extends Range {
  readonly timeframe: Timeframe | undefined;
  readonly showsProgress: boolean;
}

/** What is told of where bars came from. */
export interface Source {
  readonly symbol: AssetSymbol;
  readonly file: string;
  readonly sha256: string;
  readonly bars: number;
}

export interface Opened {
  readonly streams: readonly BarStream[];
  /** What is to be said of the bars that were read so far. */
  remarks(): string[];
  close(): Promise<void>;
}

/** Streams that are looked at for gaps and splits on their way. */
export function openedOf(given: readonly BarStream[], close: () => Promise<void>): Opened {
  const watches = given.map(({ symbol }) => ({ gaps: new GapWatch(symbol), splits: new SplitWatch(symbol) }));
  const streams = given.map((stream, nth): BarStream => {
    const next = async (): Promise<BarColumns | undefined> => {
      const columns = await stream.next();
      if (columns === undefined) return columns;
      watches[nth]?.gaps.push(columns);
      watches[nth]?.splits.push(columns);
      return columns;
    };
    return { ...stream, next };
  });
  const remarks = (): string[] =>
    watches.flatMap(({ gaps, splits }, nth) => {
      const path = given[nth]?.path ?? '';
      // Only stocks are split.
      return [...(gaps.isOfAnotherMarket ? [] : splitRemark(path, splits.seen())), ...gapRemark(path, gaps.seen())];
    });
  return { streams, remarks, close };
}

function gapRemark(path: string, { count, first }: GapsSeen): string[] {
  if (first === undefined) return [];
  const { from, to } = first;
  const [what, which] = count === 1 ? ['a gap', 'it is'] : [`${count} gaps`, 'the first is'];
  return [
    `${path} has ${what} while the market was open; ${which} of ${lengthText(to - from)}, from ${stampSeconds(from)} to ${stampSeconds(to)}`,
  ];
}

function splitRemark(path: string, { count, first }: SplitsSeen): string[] {
  if (first === undefined) return [];
  const what = count === 1 ? first.detail : `${count} jumps look like splits; the first, ${first.detail.replace(' looks like', ', like')}`;
  return [
    `${path}: ${what}. A position over it is a profit or loss that nobody had: take adjusted bars (stored ones by --adjustment split)`,
  ];
}

export async function openFiles(files: readonly NamedFile[], settings: OpenSettings): Promise<Opened> {
  const sizes = await Promise.all(files.map(({ path }) => sizeOf(path)));
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const progress = progressBar('backtest', whole, settings.showsProgress);
  let read = 0;
  const onBytes = (bytes: number): void => {
    read += bytes;
    progress.at(read);
  };
  const streams: BarStream[] = [];
  const close = async (): Promise<void> => {
    progress.end();
    for (const stream of streams) await stream.close();
  };
  const { from, to, timeframe } = settings;
  try {
    for (const file of files) {
      streams.push(await openBars(file.path, { symbol: symbolOf(file), now: Date.now(), from, to, timeframe, onBytes }));
    }
  } catch (error) {
    await close();
    throw barFailure(error);
  }
  return openedOf(streams, close);
}

export interface Loaded {
  readonly bars: readonly BarColumns[];
  readonly sources: readonly Source[];
  readonly remarks: readonly string[];
}

/** All bars at once, for what looks at them again and again. */
export async function loadOpened(opened: Opened): Promise<Loaded> {
  try {
    const bars: BarColumns[] = [];
    for (const stream of opened.streams) bars.push(await wholeOf(stream));
    const sources = opened.streams.map((stream, nth) => sourceOf(stream, bars[nth]?.length ?? 0));
    return { bars, sources, remarks: opened.remarks() };
  } catch (error) {
    throw barFailure(error);
  } finally {
    await opened.close();
  }
}

/** Known when the stream has ended. */
export const sourceOf = (stream: BarStream, bars: number): Source => ({
  symbol: stream.symbol,
  file: stream.path,
  sha256: stream.sha256(),
  bars,
});

async function wholeOf(stream: BarStream): Promise<BarColumns> {
  const parts: BarColumns[] = [];
  for (let part = await stream.next(); part !== undefined; part = await stream.next()) parts.push(part);
  return joinColumns(parts);
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw misuse(`${path} can not be read: ${error.code ?? error.message}`, hintFor(path));
  });
  if (!found.isFile()) throw misuse(`${path} is not a file`, 'give --bars a CSV file, gzipped when it ends in .gz');
  return found.size;
}

/** `aapl=FILE` is the name of a file, and most likely not meant so. */
function hintFor(path: string): string {
  const [, symbol, file] = /^([A-Za-z0-9./]{1,21})=(.+)$/.exec(path) ?? [];
  return symbol === undefined
    ? 'give --bars a CSV file, gzipped when it ends in .gz'
    : `symbols are written in capitals: --bars ${symbol.toUpperCase()}=${file}`;
}

/** What is wrong with a file, as a Failure; everything else as it is. */
export function barFailure(error: unknown): unknown {
  if (error instanceof BarStreamError) {
    return new Failure({ code: 'bars', message: error.message, hint: error.hint, facts: { file: error.file } });
  }
  if (!(error instanceof BarFileError)) return error;
  const [message = error.message, ...hint] = error.message.split('; ');
  return new Failure({ code: 'barFile', message, hint: hint.join('; '), facts: { file: error.file, line: error.line } });
}
