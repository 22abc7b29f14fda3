/** Reads the lines of a CSV file of ticks; a file with a fault is refused whole, naming file, line, fault and remedy. */
import { type Instant, instant } from './time.ts';

/** A tick file that can not be believed. */
export class TickFileError extends Error {
  readonly file: string;
  readonly line: number;
  constructor(file: string, line: number, fault: string, remedy: string) {
    super(`${file}, line ${line}: ${fault}; ${remedy}`);
    this.name = 'TickFileError';
    this.file = file;
    this.line = line;
  }
}

export interface TickFile {
  /** As it is to be named in complaints. */
  readonly name: string;
  readonly text: string;
  readonly symbol: string;
}

/** One line, read by the names of its columns. */
export interface TickRow {
  readonly at: Instant;
  /** A number that is not negative. */
  number(column: string): number;
  /** The text of a column that need not be there. */
  text(column: string): string;
  refuse(fault: string, remedy: string): never;
}

const STAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
const NUMBER = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const REPAIR = 'repair or remove the line';

/** The names of the columns. */
export function headerOf({ text }: TickFile): readonly string[] {
  const end = text.indexOf('\n');
  const header = end < 0 ? text : text.slice(0, end);
  return header
    .replace(/^\uFEFF|\r$/g, '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
}

/** All rows, oldest first; several may share an instant. Nanoseconds are cut to milliseconds. */
export function* tickRows(file: TickFile, columns: readonly string[]): Generator<TickRow> {
  if (file.text.trim() === '') throw new TickFileError(file.name, 1, 'the file is empty', 'download it again or leave it out');
  const header = headerOf(file);
  if (!columns.every((column, index) => header[index] === column)) {
    const found = JSON.stringify(header.join(',').slice(0, 80));
    throw new TickFileError(file.name, 1, `the header is ${found}`, `it must begin with ${columns.join(',')}`);
  }
  const lines = file.text.split(/\r?\n/);
  if (lines.at(-1) !== '') {
    const fault = 'the last line does not end in a newline, so it may be cut off';
    throw new TickFileError(file.name, lines.length, fault, 'copy the file again, or end it with a newline if it is whole');
  }
  let previous = 0;
  for (let index = 1; index < lines.length - 1; index++) {
    const row = rowOf(file, index + 1, (lines[index] ?? '').split(','), header, columns.length);
    if (row.at < previous) row.refuse('it comes after a later tick', 'sort the file by timestamp, oldest first');
    previous = row.at;
    yield row;
  }
}

function rowOf(file: TickFile, line: number, cells: readonly string[], header: readonly string[], least: number): TickRow {
  const refuse = (fault: string, remedy: string): never => {
    throw new TickFileError(file.name, line, fault, remedy);
  };
  if (cells.length < least) refuse(`${cells.length} of ${least} columns`, 'copy the file again: the line is cut off');
  const text = (column: string): string => (cells[header.indexOf(column)] ?? '').trim();
  const stamp = cells[0] ?? '';
  const ms = STAMP.test(stamp) ? Math.floor(Date.parse(stamp)) : Number.NaN;
  if (Number.isNaN(ms)) refuse(`timestamp ${JSON.stringify(stamp)}`, 'write it as 2019-02-11T14:30:00.123Z, in UTC');
  const number = (column: string): number => {
    const raw = text(column);
    return NUMBER.test(raw) ? Number(raw) : refuse(`${column} is ${JSON.stringify(raw)}, not a number of zero or more`, REPAIR);
  };
  return { at: instant(ms), number, text, refuse };
}
