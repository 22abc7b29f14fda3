/**
 * Bars from the text of a CSV file: `timestamp,open,high,low,close,volume[,vwap,trade_count]` with ISO stamps of the
 * minute's start, in UTC or all of one zone with its offset. An empty vwap or trade_count is one that the source does not tell.
 * A file with a fault is refused whole, by one message that names file, line, fault and remedy.
 */
import { type Bar, barFault } from './bar.ts';
import { parseDate } from './civil-day.ts';
import type { AssetSymbol } from './ids.ts';
import { type Instant, instant, MINUTE_MS } from './time.ts';

const COLUMNS = ['timestamp', 'open', 'high', 'low', 'close', 'volume'] as const;
/** May follow, in this order. */
const EXTRA_COLUMNS = ['vwap', 'trade_count'] as const;
const STAMP = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.0{1,9})?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A bar file that can not be believed. */
export class BarFileError extends Error {
  readonly file: string;
  readonly line: number;
  constructor(file: string, line: number, fault: string, remedy: string) {
    super(`${file}, line ${line}: ${fault}; ${remedy}`);
    this.name = 'BarFileError';
    this.file = file;
    this.line = line;
  }
}

export interface BarFile {
  /** As it is to be named in complaints. */
  readonly name: string;
  readonly text: string;
  readonly symbol: string;
}

/** All bars of a file, in order of time. */
export function parseBarFile(file: BarFile): Bar[] {
  const lines = file.text.split(/\r?\n/);
  if (file.text.trim() === '') throw new BarFileError(file.name, 1, 'the file is empty', 'download it again or leave it out');
  const header = checkHeader(file.name, lines[0] ?? '');
  const sheet: BarSheet = { name: file.name, hasExtras: EXTRA_COLUMNS.every((column, index) => header[COLUMNS.length + index] === column) };
  const last = lines.length - 1;
  if (lines[last] !== '') {
    const fault = 'the last line does not end in a newline, so it may be cut off';
    throw new BarFileError(file.name, lines.length, fault, 'copy the file again, or end it with a newline if it is whole');
  }
  const bars: Bar[] = [];
  let previous: BarLine | undefined;
  for (let index = 1; index < last; index++) {
    previous = barLine(sheet, index + 1, lines[index] ?? '', previous);
    const { bar } = previous;
    bars.push({ ...bar, symbol: file.symbol as AssetSymbol, endsAt: instant(bar.startsAt + MINUTE_MS) });
  }
  if (bars.length === 0) throw new BarFileError(file.name, 2, 'there is a header but no bar', 'download it again or leave it out');
  return bars;
}

/** What its header says about a file. */
export interface BarSheet {
  readonly name: string;
  /** The columns end with vwap and trade_count. */
  readonly hasExtras: boolean;
}

/** Minutes from UTC, or the letter for UTC itself: the two are not mixed. */
export type Zone = number | 'Z';

export interface BarLine {
  readonly bar: Omit<Bar, 'symbol' | 'endsAt'>;
  readonly zone: Zone;
}

/** What of the line before has a say in what the next may be. */
export interface LineBefore {
  readonly bar: { readonly startsAt: number };
  readonly zone: Zone;
}

/** The names of the columns. */
export function checkHeader(file: string, header: string): string[] {
  const names = header
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  if (COLUMNS.every((column, index) => names[index] === column)) return names;
  throw new BarFileError(file, 1, `the header is ${JSON.stringify(header.slice(0, 80))}`, `it must begin with ${COLUMNS.join(',')}`);
}

/** One line of a file, or what is wrong with it. */
export function barLine(file: BarSheet, line: number, text: string, previous: LineBefore | undefined): BarLine {
  const refuse = (fault: string, remedy: string): never => {
    throw new BarFileError(file.name, line, fault, remedy);
  };
  if (text.trim() === '') refuse('the line is empty', 'remove it');
  const cells = text.split(',');
  if (cells.length < COLUMNS.length) refuse(`${cells.length} of ${COLUMNS.length} columns`, 'copy the file again: the line is cut off');
  const { startsAt, zone } = parseStamp(cells[0] ?? '', refuse);
  if (previous && !areOfOnePlace(previous.zone, zone)) {
    refuse(`${cells[0]} is in another time zone than the lines before (${zoneText(previous.zone)})`, 'write all stamps in UTC');
  }
  if (previous && startsAt === previous.bar.startsAt) refuse(`${cells[0]} is there twice`, 'remove one of the two lines');
  if (previous && startsAt < previous.bar.startsAt)
    refuse(`${cells[0]} comes after a later bar`, 'sort the file by timestamp, oldest first');
  const cell = (index: number): number => {
    const raw = (cells[index] ?? '').trim();
    if (!NUMBER.test(raw))
      refuse(
        `${COLUMNS[index] ?? EXTRA_COLUMNS[index - COLUMNS.length]} is ${JSON.stringify(raw)}, not a number`,
        'repair or remove the line',
      );
    return Number(raw);
  };
  const bar = {
    startsAt,
    open: cell(1),
    high: cell(2),
    low: cell(3),
    close: cell(4),
    volume: cell(5),
    ...(file.hasExtras ? extras(cells, cell) : {}),
  };
  const fault = barFault(bar);
  if (fault) refuse(fault, 'repair or remove the line');
  return { bar, zone };
}

/** An hour apart are the winter and the summer of one place. */
const areOfOnePlace = (before: Zone, now: Zone): boolean => (before === 'Z' || now === 'Z' ? before === now : Math.abs(before - now) <= 60);

function zoneText(zone: Zone): string {
  if (zone === 'Z') return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(zone) / 60), Math.abs(zone) % 60].map((part) => String(part).padStart(2, '0'));
  return `${zone < 0 ? '-' : '+'}${hours}:${minutes}`;
}

function extras(cells: readonly string[], cell: (index: number) => number): Pick<Bar, 'vwap' | 'trades'> {
  const isTold = (index: number): boolean => (cells[index] ?? '').trim() !== '';
  const [vwap, trades] = [COLUMNS.length, COLUMNS.length + 1];
  return { ...(isTold(vwap) ? { vwap: cell(vwap) } : {}), ...(isTold(trades) ? { trades: cell(trades) } : {}) };
}

interface Stamp {
  readonly startsAt: Instant;
  readonly zone: Zone;
}

function parseStamp(text: string, refuse: (fault: string, remedy: string) => never): Stamp {
  const [, date, sign, hours, minutes] = STAMP.exec(text) ?? [];
  // Date.parse takes the thirtieth of February for the second of March.
  const ms = date !== undefined && parseDate(date) !== undefined ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    return refuse(`timestamp ${JSON.stringify(text)}`, 'write it as 2019-02-11T14:30:00Z, in UTC, or with the offset of its zone');
  if (ms % MINUTE_MS !== 0) return refuse(`${text} is not on a minute`, 'stamp a bar with the start of its minute');
  const zone = sign === undefined ? 'Z' : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return { startsAt: instant(ms), zone };
}

export interface BarGap {
  readonly from: Instant;
  readonly to: Instant;
  readonly minutes: number;
}

/**
 * Stretches of more than `maxGapMinutes` without a bar. `sameSession` says whether two instants belong together;
 * nights and weekends are no gaps, minutes without a trade are no fault.
 */
export function findGaps(bars: readonly Bar[], maxGapMinutes: number, sameSession: (a: Instant, b: Instant) => boolean): BarGap[] {
  const gaps: BarGap[] = [];
  let previous: Bar | undefined;
  for (const bar of bars) {
    if (previous) {
      const minutes = (bar.startsAt - previous.endsAt) / MINUTE_MS;
      if (minutes > maxGapMinutes && sameSession(previous.startsAt, bar.startsAt)) {
        gaps.push({ from: previous.endsAt, to: bar.startsAt, minutes });
      }
    }
    previous = bar;
  }
  return gaps;
}
