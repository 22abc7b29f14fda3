/**
 * Opens the market that somebody brings: folders with a manifest, folders of files, single files, random markets, many at
 * once. What a file holds – minute bars, daily bars, quotes or trades – is seen by its header and its stamps.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Bar } from '../../domain/bar.ts';
import { parseBarFile } from '../../domain/bar-file.ts';
import { symbolOfFile } from '../../domain/file-symbol.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { cryptoPair, equity, isCryptoSymbol } from '../../domain/instrument.ts';
import { parseQuoteFile } from '../../domain/quote-file.ts';
import { headerOf } from '../../domain/tick-sheet.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { parseTradeFile } from '../../domain/trade-file.ts';
import type { CorporateAction } from '../corporate-action.ts';
import { daysOf } from '../market/timeframe.ts';
import { makeTape, type Series, type Tape, type TapeOptions } from '../tape.ts';
import { barsOfTicks } from '../tick-tape.ts';
import { readTapeFolder } from './load-tape.ts';
import { isRandomSource, openRandomSource } from './random-source.ts';
import { readTapeFile, textOfTapeFile } from './tape-file.ts';

const MANIFEST = 'manifest.json';
const TAPE_FILE = /\.csv(\.gz)?$/;
/** Bars that are all so far apart are daily ones. */
const DAILY_APART_MS = 20 * HOUR_MS;

export class NoBarsError extends Error {
  readonly code = 'noBars';
}

/** `symbols` keeps only these, all of which must be there; the seed decides random markets. */
export function openBars(sources: readonly string[], symbols?: readonly string[], seed = 1): Tape {
  const whole = withTickSeries(merged(sources.flatMap((source) => openSource(source, seed))));
  return makeTape(symbols === undefined ? whole : only(whole, symbols));
}

function only(options: TapeOptions, symbols: readonly string[]): TapeOptions {
  const known = options.series.map(({ instrument }) => instrument.symbol);
  const unknown = symbols.filter((symbol) => !known.some((one) => one === symbol));
  if (unknown.length > 0) throw new NoBarsError(`there are no bars of ${unknown.join(', ')}; there are ${known.join(', ')}`);
  const wantedNames = namesOfAll(symbols, options.corporateActions ?? []);
  const isWanted = (symbol: AssetSymbol): boolean => wantedNames.has(symbol);
  const wanted = (series: readonly Series[] = []): Series[] => series.filter(({ instrument }) => isWanted(instrument.symbol));
  return {
    ...options,
    series: wanted(options.series),
    daily: wanted(options.daily),
    ticks: (options.ticks ?? []).filter(({ symbol }) => isWanted(symbol)),
    corporateActions: (options.corporateActions ?? []).filter(({ symbol }) => isWanted(symbol)),
  };
}

/** A company that has changed its name is wanted under all of its names. */
function namesOfAll(symbols: readonly string[], actions: readonly CorporateAction[]): ReadonlySet<string> {
  const all = new Set(symbols);
  const changes = actions.filter((action) => action.kind === 'nameChange');
  for (let before = 0; before < all.size; ) {
    before = all.size;
    for (const { symbol, newSymbol } of changes) if (all.has(symbol) || all.has(newSymbol)) all.add(symbol).add(newSymbol);
  }
  return all;
}

function openSource(source: string, seed: number): TapeOptions[] {
  if (isRandomSource(source)) return [openRandomSource(source, seed)];
  const [symbol, path] = /^[A-Z0-9./]{1,20}=./.test(source) ? halves(source) : [undefined, source];
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new NoBarsError(`${path} is not there; give a CSV(.gz) file of bars, or a folder of them`);
  }
  if (!isFolder) return [readFile(path, symbol)];
  const files = readdirSync(path).sort((a, b) => (a < b ? -1 : 1));
  if (files.includes(MANIFEST)) return [readTapeFolder({ folder: path })];
  const tapeFiles = files.filter((file) => TAPE_FILE.test(file));
  if (tapeFiles.length === 0) throw new NoBarsError(`${path} has neither ${MANIFEST} nor a .csv or .csv.gz file`);
  return tapeFiles.map((file) => readFile(join(path, file), undefined));
}

function halves(source: string): [string, string] {
  const at = source.indexOf('=');
  return [source.slice(0, at), source.slice(at + 1)];
}

function readFile(path: string, given: string | undefined): TapeOptions {
  const symbol = given ?? symbolOfFile(basename(path));
  const file = { name: path, text: textOfTapeFile(path, readTapeFile(path)), symbol };
  const second = headerOf(file)[1];
  if (second === 'bid' || second === 'bid_open') return { series: [], ticks: parseQuoteFile(file) };
  if (second === 'price') return { series: [], ticks: parseTradeFile(file) };
  const bars = parseBarFile(file);
  const listing = listingOf(symbol);
  if (!areDaily(bars)) return { series: [{ ...listing, bars }] };
  return { series: [], daily: [{ ...listing, bars: daysOf(isCryptoSymbol(symbol) ? 'crypto' : 'stocks', bars) }] };
}

const listingOf = (symbol: string): Omit<Series, 'bars'> => ({ instrument: isCryptoSymbol(symbol) ? cryptoPair(symbol) : equity(symbol) });

const areDaily = (bars: readonly Bar[]): boolean =>
  bars.length > 1 && bars.every((bar, index) => index === 0 || bar.startsAt - (bars[index - 1]?.startsAt ?? 0) >= DAILY_APART_MS);

function merged(parts: readonly TapeOptions[]): TapeOptions {
  const series = parts.flatMap((part) => part.series);
  const seen = new Set<string>();
  for (const { instrument } of series) {
    if (seen.has(instrument.symbol)) throw new NoBarsError(`${instrument.symbol} is in more than one of the sources; leave one out`);
    seen.add(instrument.symbol);
  }
  return {
    series,
    daily: parts.flatMap((part) => part.daily ?? []),
    ticks: parts.flatMap((part) => part.ticks ?? []),
    corporateActions: parts.flatMap((part) => part.corporateActions ?? []),
    earlyCloses: Object.assign({}, ...parts.map((part) => part.earlyCloses ?? {})),
  };
}

/** Symbols of which only quotes or trades are there get bars made of them. */
function withTickSeries(options: TapeOptions): TapeOptions {
  const ticks = options.ticks ?? [];
  const missing = new Set(ticks.map(({ symbol }) => symbol));
  for (const { instrument } of options.series) missing.delete(instrument.symbol);
  const made = [...missing].map((symbol) => {
    const own = ticks.filter((tick) => tick.symbol === symbol);
    return { ...listingOf(symbol), bars: barsOfTicks(symbol, own) };
  });
  return { ...options, series: [...options.series, ...made] };
}
