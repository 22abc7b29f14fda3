/** Opens the bars that somebody brings: folders with a manifest, folders of files, single files, many at once. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseBarFile } from '../../domain/bar-file.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { cryptoPair, equity } from '../../domain/instrument.ts';
import { makeTape, type Series, type Tape } from '../tape.ts';
import { loadTape } from './load-tape.ts';
import { readTapeFile, textOfTapeFile } from './tape-file.ts';

const MANIFEST = 'manifest.json';
const BAR_FILE = /\.csv(\.gz)?$/;
const QUOTE_CURRENCY = /^([A-Z0-9]{2,10})[-/]?(USDT|USDC|USD|BTC)$/;

export class NoBarsError extends Error {
  readonly code = 'noBars';
}

/** `symbols` keeps only these; all of them must be there. */
export function openBars(sources: readonly string[], symbols?: readonly string[]): Tape {
  const tapes = sources.map((source) => openSource(source));
  const [only] = tapes;
  const tape = tapes.length === 1 && only !== undefined ? only : merged(tapes);
  if (symbols === undefined) return tape;
  const all = seriesOf(tape);
  const kept = all.filter(({ instrument }) => symbols.includes(instrument.symbol));
  const known = all.map(({ instrument }) => instrument.symbol);
  const unknown = symbols.filter((symbol) => !known.some((one) => one === symbol));
  if (unknown.length > 0) throw new NoBarsError(`there are no bars of ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return makeTape({ series: kept, earlyCloses: earlyClosesOf([tape]) });
}

function openSource(source: string): Tape {
  const [symbol, path] = /^[A-Z0-9./]{1,20}=./.test(source) ? halves(source) : [undefined, source];
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new NoBarsError(`${path} is not there; give a CSV(.gz) file of bars, or a folder of them`);
  }
  if (!isFolder) return makeTape({ series: [readSeries(path, symbol)] });
  const files = readdirSync(path).sort((a, b) => (a < b ? -1 : 1));
  if (files.includes(MANIFEST)) return loadTape({ folder: path });
  const barFiles = files.filter((file) => BAR_FILE.test(file));
  if (barFiles.length === 0) throw new NoBarsError(`${path} has neither ${MANIFEST} nor a .csv or .csv.gz file`);
  return makeTape({ series: barFiles.map((file) => readSeries(join(path, file), undefined)) });
}

function halves(source: string): [string, string] {
  const at = source.indexOf('=');
  return [source.slice(0, at), source.slice(at + 1)];
}

/** The symbol is given, or what stands before the first "_" or "." of the file's name; "BTC-USD" and "BTCUSD" are pairs. */
function readSeries(path: string, given: string | undefined): Series {
  const stem = (basename(path).split(/[_.]/)[0] ?? '').toUpperCase();
  const pair = QUOTE_CURRENCY.exec(given ?? stem);
  const symbol = pair && (given === undefined || given.includes('/')) ? `${pair[1]}/${pair[2]}` : (given ?? stem);
  const text = textOfTapeFile(path, readTapeFile(path));
  const bars = parseBarFile({ name: path, text, symbol });
  return {
    instrument: symbol.includes('/') ? cryptoPair(symbol) : equity(symbol),
    bars: bars.map((bar) => ({ ...bar, symbol: symbol as AssetSymbol })),
  };
}

function seriesOf(tape: Tape): Series[] {
  return tape.assets.all.map(({ instrument, name, exchange }) => ({
    instrument,
    name,
    exchange,
    bars: tape.series.get(instrument.symbol) ?? [],
  }));
}

const clockText = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const earlyClosesOf = (tapes: readonly Tape[]): Record<string, string> =>
  Object.fromEntries(tapes.flatMap((tape) => [...tape.earlyCloses].map(([date, minute]) => [date, clockText(minute)] as const)));

function merged(tapes: readonly Tape[]): Tape {
  const series = tapes.flatMap(seriesOf);
  const seen = new Set<string>();
  for (const { instrument } of series) {
    if (seen.has(instrument.symbol)) throw new NoBarsError(`${instrument.symbol} is in more than one of the sources; leave one out`);
    seen.add(instrument.symbol);
  }
  return makeTape({ series, earlyCloses: earlyClosesOf(tapes) });
}
