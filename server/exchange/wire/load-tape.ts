/** Reads a folder of recorded bars: its manifest, then each file, unpacked, checked against its digest, re-dated. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bar } from '../../domain/bar.ts';
import { findGaps, parseBarFile } from '../../domain/bar-file.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { cryptoPair, equity } from '../../domain/instrument.ts';
import { DAY_MS } from '../../domain/time.ts';
import { newYorkDate } from '../new-york.ts';
import { stampSeconds } from '../stamp.ts';
import { makeTape, type Series, shiftBar, type Tape } from '../tape.ts';
import { readCorporateActions } from './corporate-action-file.ts';

interface ManifestEntry {
  readonly file: string;
  readonly symbol: string;
  readonly assetClass: 'us_equity' | 'crypto';
  readonly name?: string;
  readonly exchange?: string;
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

export function loadTape({ folder, symbols }: LoadTapeOptions): Tape {
  const manifest = readManifest(join(folder, 'manifest.json'));
  const known = new Set(manifest.files.map((entry) => entry.symbol));
  const unknown = symbols?.filter((symbol) => !known.has(symbol)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`no bars of ${unknown.join(', ')} in ${folder}; its manifest has ${[...known].join(', ')}`);
  }
  const wanted = manifest.files.filter((entry) => !symbols || symbols.includes(entry.symbol));
  const series = wanted.map((entry) => readSeries(folder, entry, entry.maxGapMinutes ?? manifest.maxGapMinutes));
  const from = manifest.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(manifest.from);
  const begun = series.map((one) => ({ ...one, bars: one.bars.filter((bar) => bar.startsAt >= from) }));
  const corporateActions = readCorporateActions(join(folder, 'manifest.json'), manifest.corporateActions);
  return makeTape({ series: begun, corporateActions, ...(manifest.earlyCloses ? { earlyCloses: manifest.earlyCloses } : {}) });
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
  return texts && days && (entry.assetClass === 'us_equity' || entry.assetClass === 'crypto');
}

function readSeries(folder: string, entry: ManifestEntry, maxGapMinutes: number | undefined): Series {
  const path = join(folder, entry.file);
  const packed = readFileSync(path);
  const digest = createHash('sha256').update(packed).digest('hex');
  if (digest !== entry.sha256) {
    throw new Error(`${path} has changed (sha256 ${digest}, the manifest says ${entry.sha256}); restore the file or correct the manifest`);
  }
  const text = (path.endsWith('.gz') ? gunzipSync(packed) : packed).toString('utf8');
  const recorded = parseBarFile({ name: path, text, symbol: entry.symbol });
  if (maxGapMinutes !== undefined) refuseGaps(path, recorded, maxGapMinutes, entry.assetClass);
  const shift = (entry.shiftDays ?? 0) * DAY_MS;
  return {
    instrument: entry.assetClass === 'crypto' ? cryptoPair(entry.symbol) : equity(entry.symbol),
    bars: recorded.map((bar) => ({ ...shiftBar(bar, shift), symbol: entry.symbol as AssetSymbol })),
    ...(entry.name === undefined ? {} : { name: entry.name }),
    ...(entry.exchange === undefined ? {} : { exchange: entry.exchange }),
  };
}

function refuseGaps(path: string, bars: readonly Bar[], maxGapMinutes: number, assetClass: string): void {
  const sameSession = (a: number, b: number): boolean => assetClass === 'crypto' || newYorkDate(a) === newYorkDate(b);
  const [gap] = findGaps(bars, maxGapMinutes, sameSession);
  if (!gap) return;
  const span = `${stampSeconds(gap.from)} to ${stampSeconds(gap.to)}`;
  throw new Error(`${path} has no bar for ${gap.minutes} minutes (${span}); complete the file, or raise maxGapMinutes in the manifest`);
}
