/** Reads a folder of recorded bars, quotes and trades: its manifest, then each file, unpacked, checked against its digest, re-dated. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bar } from '../../domain/bar.ts';
import { findGaps, parseBarFile } from '../../domain/bar-file.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { BORROW_STATUSES, type BorrowStatus, cryptoPair, equity } from '../../domain/instrument.ts';
import { newYorkDate } from '../../domain/new-york.ts';
import { parseQuoteFile, type RecordedQuote } from '../../domain/quote-file.ts';
import { DAY_MS, type Instant } from '../../domain/time.ts';
import { parseTradeFile, type RecordedTrade } from '../../domain/trade-file.ts';
import { daysOf } from '../market/timeframe.ts';
import { stampSeconds } from '../stamp.ts';
import { makeTape, type Series, shiftBar, type Tape, type TapeOptions } from '../tape.ts';
import { barsOfTicks } from '../tick-tape.ts';
import { readCorporateActions } from './corporate-action-file.ts';
import { readTapeFile, tapeFileIn, textOfTapeFile } from './tape-file.ts';

interface ManifestEntry {
  readonly file: string;
  readonly symbol: string;
  readonly assetClass: 'us_equity' | 'crypto';
  /** Minute bars when absent. Daily bars are history only; quotes and trades are played as they were. */
  readonly holds?: 'bars' | 'dailyBars' | 'quotes' | 'trades';
  readonly name?: string;
  readonly exchange?: string;
  /** What the asset can not do; true when absent. */
  readonly tradable?: boolean;
  readonly shortable?: boolean;
  readonly fractionable?: boolean;
  /** `easy_to_borrow` when absent. */
  readonly borrowStatus?: BorrowStatus;
  /** Percent of a holding's value that must be kept; 30 when absent. */
  readonly maintenancePercent?: number;
  /** Re-dated by so many whole days. */
  readonly shiftDays?: number;
  /** Overrides the manifest's own for a file with a known hole. */
  readonly maxGapMinutes?: number;
  readonly sha256: string;
}

interface Manifest {
  /** Longest stretch without a bar within a session before the file is refused. */
  readonly maxGapMinutes?: number;
  /** Leaves out what is before this instant (ISO 8601, after re-dating), so that all series begin together. */
  readonly from?: string;
  readonly earlyCloses?: Readonly<Record<string, string>>;
  /** Splits and dividends by their dates in New York, after re-dating. */
  readonly corporateActions?: unknown;
  readonly files: readonly ManifestEntry[];
}

export interface LoadTapeOptions {
  readonly folder: string;
  /** Only these; all when absent. */
  readonly symbols?: readonly string[];
}

export const loadTape = (options: LoadTapeOptions): Tape => makeTape(readTapeFolder(options));

export function readTapeFolder({ folder, symbols }: LoadTapeOptions): TapeOptions {
  const manifest = readManifest(join(folder, 'manifest.json'));
  const known = new Set(manifest.files.map((entry) => entry.symbol));
  const unknown = symbols?.filter((symbol) => !known.has(symbol)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`no bars of ${unknown.join(', ')} in ${folder}; its manifest has ${[...known].join(', ')}`);
  }
  const wanted = manifest.files.filter((entry) => !symbols || symbols.includes(entry.symbol));
  const of = (holds: ManifestEntry['holds']) => wanted.filter((entry) => (entry.holds ?? 'bars') === holds);
  const from = manifest.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(manifest.from);
  const ticks = [...of('quotes'), ...of('trades')].flatMap((entry) => readTicks(folder, entry)).filter(({ at }) => at >= from);
  const series = of('bars')
    .map((entry) => readSeries(folder, entry, entry.maxGapMinutes ?? manifest.maxGapMinutes))
    .map((one) => ({ ...one, bars: one.bars.filter((bar) => bar.startsAt >= from) }));
  return {
    series: [...series, ...seriesOfTicks(ticks, wanted, series)],
    daily: of('dailyBars').map((entry) => readDays(folder, entry)),
    ticks,
    corporateActions: readCorporateActions(join(folder, 'manifest.json'), manifest.corporateActions),
    ...(manifest.earlyCloses ? { earlyCloses: manifest.earlyCloses } : {}),
  };
}

type Ticks = readonly (RecordedQuote | RecordedTrade)[];

/** Symbols of which only quotes or trades were recorded get bars made of them. */
function seriesOfTicks(ticks: Ticks, entries: readonly ManifestEntry[], known: readonly Series[]): Series[] {
  const missing = new Set(ticks.map(({ symbol }) => symbol));
  for (const { instrument } of known) missing.delete(instrument.symbol);
  return [...missing].flatMap((symbol) => {
    const entry = entries.find((one) => one.symbol === symbol);
    const own = ticks.filter((tick) => tick.symbol === symbol);
    return entry ? [{ ...listingOf(entry), bars: barsOfTicks(symbol, own) }] : [];
  });
}

function readTicks(folder: string, entry: ManifestEntry): Ticks {
  const { path, text } = unpacked(folder, entry);
  const file = { name: path, text, symbol: entry.symbol };
  const shift = (entry.shiftDays ?? 0) * DAY_MS;
  const ticks: Ticks = entry.holds === 'quotes' ? parseQuoteFile(file) : parseTradeFile(file);
  return shift === 0 ? ticks : ticks.map((tick) => ({ ...tick, at: (tick.at + shift) as Instant }));
}

function readDays(folder: string, entry: ManifestEntry): Series {
  const { path, text } = unpacked(folder, entry);
  const bars = parseBarFile({ name: path, text, symbol: entry.symbol });
  return { ...listingOf(entry), bars: daysOf(entry.assetClass === 'crypto' ? 'crypto' : 'stocks', bars, entry.shiftDays) };
}

function readManifest(path: string): Manifest {
  const remedy = 'it lists the bar files: { "files": [{ "file", "symbol", "assetClass", "sha256" }] }';
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} can not be read (${error instanceof Error ? error.message : String(error)}); ${remedy}`);
  }
  if (!isManifest(parsed)) throw new Error(`${path} is not a manifest; ${remedy}`);
  return parsed;
}

function isManifest(value: unknown): value is Manifest {
  const files = typeof value === 'object' && value !== null && 'files' in value ? value.files : undefined;
  return Array.isArray(files) && files.length > 0 && files.every(isEntry);
}

function isEntry(value: unknown): value is ManifestEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Partial<Record<keyof ManifestEntry, unknown>>;
  const texts = [entry.file, entry.symbol, entry.sha256].every((text) => typeof text === 'string' && text !== '');
  const days = entry.shiftDays === undefined || Number.isInteger(entry.shiftDays);
  const truths = [entry.tradable, entry.shortable, entry.fractionable].every((truth) => truth === undefined || typeof truth === 'boolean');
  const borrow = entry.borrowStatus === undefined || BORROW_STATUSES.some((known) => known === entry.borrowStatus);
  const percent = entry.maintenancePercent ?? 30;
  const margin = typeof percent === 'number' && Number.isInteger(percent) && percent > 0 && percent <= 100;
  const holds = entry.holds === undefined || ['bars', 'dailyBars', 'quotes', 'trades'].includes(String(entry.holds));
  return texts && days && truths && borrow && margin && holds && (entry.assetClass === 'us_equity' || entry.assetClass === 'crypto');
}

/** The text of a file that has not changed since the manifest was written. */
function unpacked(folder: string, entry: ManifestEntry): { path: string; text: string } {
  const path = tapeFileIn(folder, entry.file);
  const packed = readTapeFile(path);
  const digest = createHash('sha256').update(packed).digest('hex');
  if (digest !== entry.sha256) {
    throw new Error(`${path} has changed (sha256 ${digest}, the manifest says ${entry.sha256}); restore the file or correct the manifest`);
  }
  return { path, text: textOfTapeFile(path, packed) };
}

function listingOf(entry: ManifestEntry): Omit<Series, 'bars'> {
  const { assetClass, symbol, tradable, shortable, borrowStatus, fractionable, name, exchange, maintenancePercent } = entry;
  const instrument = assetClass === 'crypto' ? cryptoPair(symbol) : equity(symbol);
  return {
    instrument: {
      ...instrument,
      tradable: tradable ?? instrument.tradable,
      shortable: shortable ?? instrument.shortable,
      borrowStatus: borrowStatus ?? instrument.borrowStatus,
      fractionable: fractionable ?? instrument.fractionable,
    },
    ...(name === undefined ? {} : { name }),
    ...(exchange === undefined ? {} : { exchange }),
    ...(maintenancePercent === undefined ? {} : { maintenancePercent }),
  };
}

function readSeries(folder: string, entry: ManifestEntry, maxGapMinutes: number | undefined): Series {
  const { path, text } = unpacked(folder, entry);
  const recorded = parseBarFile({ name: path, text, symbol: entry.symbol });
  if (maxGapMinutes !== undefined) refuseGaps(path, recorded, maxGapMinutes, entry.assetClass);
  const shift = (entry.shiftDays ?? 0) * DAY_MS;
  return {
    ...listingOf(entry),
    bars: recorded.map((bar) => ({ ...shiftBar(bar, shift), symbol: entry.symbol as AssetSymbol })),
  };
}

function refuseGaps(path: string, bars: readonly Bar[], maxGapMinutes: number, assetClass: string): void {
  const sameSession = (a: number, b: number): boolean => assetClass === 'crypto' || newYorkDate(a) === newYorkDate(b);
  const [gap] = findGaps(bars, maxGapMinutes, sameSession);
  if (!gap) return;
  const span = `${stampSeconds(gap.from)} to ${stampSeconds(gap.to)}`;
  throw new Error(`${path} has no bar for ${gap.minutes} minutes (${span}); complete the file, or raise maxGapMinutes in the manifest`);
}
