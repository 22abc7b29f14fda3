/** Rows of a CSV file by the names of its columns; a file with a fault is refused whole, naming file, line, fault and remedy. */
import { parseStamp } from '#server/exchange/stamp.ts';

/** A file that can not be believed. */
export class SheetError extends Error {
  readonly file: string;
  readonly line: number;
  readonly fault: string;
  readonly remedy: string;
  constructor(file: string, line: number, fault: string, remedy: string) {
    super(`${file}, line ${line}: ${fault}; ${remedy}`);
    this.name = 'SheetError';
    this.file = file;
    this.line = line;
    this.fault = fault;
    this.remedy = remedy;
  }
}

export interface SheetFile {
  /** As it is to be named in complaints. */
  readonly name: string;
  readonly text: string;
}

export interface SheetRow {
  readonly line: number;
  /** Without the space around it. */
  text(column: number): string;
  /** A finite number, as text says it: "NaN", "inf" and "" are none. */
  number(column: number): number;
  refuse(fault: string, remedy?: string): never;
}

export interface Sheet {
  /** In lower case, without what is no letter or digit: "Entry_Time" is "entrytime". */
  readonly columns: readonly string[];
  readonly rows: Iterable<SheetRow>;
  /** The place of the first of these names; nothing when none is there. */
  find(...names: readonly string[]): number | undefined;
  refuseHeader(remedy: string): never;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const REPAIR = 'repair or remove the line';

export function openSheet(file: SheetFile): Sheet {
  if (file.text.trim() === '') throw new SheetError(file.name, 1, 'the file is empty', 'write it again or leave it out');
  const lines = file.text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) !== '') {
    const fault = 'the last line does not end in a newline, so it may be cut off';
    throw new SheetError(file.name, lines.length, fault, 'copy the file again, or end it with a newline if it is whole');
  }
  const header = lines[0] ?? '';
  const refuseHeader = (remedy: string): never => {
    throw new SheetError(file.name, 1, `the header is ${JSON.stringify(header.slice(0, 80))}`, remedy);
  };
  const columns = cellsOf(header, () => refuseHeader('close its quote')).map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  return {
    columns,
    rows: rowsOf(file, lines, columns.length),
    find(...names) {
      const name = names.find((one) => columns.includes(one));
      if (name === undefined) return undefined;
      const at = columns.indexOf(name);
      return at === columns.lastIndexOf(name) ? at : refuseHeader(`${name} is there twice; name it once`);
    },
    refuseHeader,
  };
}

function* rowsOf(file: SheetFile, lines: readonly string[], width: number): Generator<SheetRow> {
  for (let nth = 1; nth < lines.length - 1; nth++) yield rowOf(file, nth + 1, lines[nth] ?? '', width);
}

function rowOf(file: SheetFile, line: number, text: string, width: number): SheetRow {
  const refuse = (fault: string, remedy = REPAIR): never => {
    throw new SheetError(file.name, line, fault, remedy);
  };
  const cells = cellsOf(text, () => refuse('a quote is not closed'));
  if (text.trim() === '') refuse('the line is empty', 'remove it');
  if (cells.length < width) refuse(`${cells.length} of ${width} columns`, 'copy the file again: the line is cut off');
  if (cells.length > width) refuse(`${cells.length} columns, ${width} in the header`, 'write numbers without commas for thousands');
  const cell = (column: number): string => (cells[column] ?? '').trim();
  return {
    line,
    text: cell,
    number(column) {
      const raw = cell(column);
      const value = NUMBER.test(raw) ? Number(raw) : Number.NaN;
      return Number.isFinite(value) ? value : refuse(`${JSON.stringify(raw.slice(0, 40))} is not a number`);
    },
    refuse,
  };
}

/** RFC 4180 within one line: a cell may stand in quotes, a quote within is doubled. */
function cellsOf(line: string, unclosed: () => never): string[] {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^,"]*)(,|$)/y;
  for (;;) {
    const match = cell.exec(line);
    if (match === null) return unclosed();
    const [, raw = '', end] = match;
    cells.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '') return cells;
  }
}

const LEAST_MS = Date.UTC(1800, 0, 1);
const MOST_MS = Date.UTC(2200, 0, 1);
const ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Stamps of one file: dates, or instants in ISO 8601, with or without a zone (then they are UTC); all of them the same, because an
 * hour's difference between two lines is easily made and never seen.
 */
export function stampReader(column: number): (row: SheetRow) => number {
  let form: string | undefined;
  return (row) => {
    const text = row.text(column);
    const at = parseStamp(text);
    if (at === undefined || at < LEAST_MS || at >= MOST_MS) {
      return row.refuse(`${JSON.stringify(text.slice(0, 40))} is no date or time`, 'write it as 2019-02-11 or 2019-02-11T14:30:00Z');
    }
    const mine = formOf(text);
    form ??= mine;
    if (mine !== form) row.refuse(`${text} is ${mine}, the lines before are ${form}`, 'write all stamps in one form, best in UTC with a Z');
    return at;
  };
}

function formOf(text: string): string {
  if (text.length === 10) return 'a date';
  return ZONE.test(text) ? 'a time with a zone' : 'a time without a zone';
}
