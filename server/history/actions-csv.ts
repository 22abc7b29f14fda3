/**
 * Splits and dividends from CSV, in two forms: a list (`symbol,ex_date,new_rate,old_rate,cash[,close_before]`, a row for
 * a split or for a dividend), and a table of factors (`symbol,through_date,price_factor,split_factor`), where a row's
 * factors are those of the bars up to its date and after the row before.
 */
import { BarFileError } from '#server/domain/bar-file.ts';
import { dateText, parseDate } from '#server/domain/civil-day.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { StoredAction } from './corporate-action.ts';
import { parseSymbol } from './series.ts';

const LIST = ['symbol', 'ex_date', 'new_rate', 'old_rate', 'cash'] as const;
const FACTORS = ['symbol', 'through_date', 'price_factor', 'split_factor'] as const;
const NUMBER = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const namesOf = (header: string): string[] =>
  header
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
const begins = (names: readonly string[], wanted: readonly string[]): boolean => wanted.every((name, nth) => names[nth] === name);

/** Whether a file with this header tells of splits and dividends. */
export const isActionsHeader = (header: string): boolean => begins(namesOf(header), LIST) || begins(namesOf(header), FACTORS);

export interface ActionsFile {
  /** As it is to be named in complaints. */
  readonly name: string;
  readonly text: string;
  /** New York's date: what is later has not come yet. */
  readonly today: string;
}

interface Line {
  readonly cells: readonly string[];
  refuse(fault: string, remedy?: string): never;
}

/** By symbol, in order of their ex-dates. */
export function parseActions({ name, text, today }: ActionsFile): Map<AssetSymbol, StoredAction[]> {
  const lines = text.split(/\r?\n/);
  if (lines.pop() !== '')
    throw new BarFileError(name, lines.length + 1, 'the last line does not end in a newline', 'copy the file again: it may be cut off');
  const [header = '', ...rest] = lines;
  const isList = begins(namesOf(header), LIST);
  const read = rest.map((line, nth): Line => {
    const refuse = (fault: string, remedy = 'repair or remove the line'): never => {
      throw new BarFileError(name, nth + 2, fault, remedy);
    };
    const cells = line.split(',').map((cell) => cell.trim());
    const columns = isList ? LIST.length : FACTORS.length;
    return cells.length < columns ? refuse(`${cells.length} of ${columns} columns`) : { cells, refuse };
  });
  return isList ? listed(read, today) : ofFactors(read);
}

function symbolIn({ cells, refuse }: Line): AssetSymbol {
  return parseSymbol(cells[0] ?? '') ?? refuse(`"${cells[0]}" is not a symbol`);
}

function dateIn({ cells, refuse }: Line): string {
  const date = cells[1] ?? '';
  return parseDate(date) === undefined ? refuse(`"${date}" is not a date`, 'write it as 2020-08-31') : date;
}

function numberIn({ cells, refuse }: Line, nth: number, what: string): number {
  const text = cells[nth] ?? '';
  const value = NUMBER.test(text) ? Number(text) : 0;
  return value > 0 ? value : refuse(`${what} is "${text}", not a number above zero`);
}

function grouped<T>(lines: readonly Line[], read: (line: Line) => T): Map<AssetSymbol, T[]> {
  const groups = new Map<AssetSymbol, T[]>();
  for (const line of lines) {
    const symbol = symbolIn(line);
    groups.set(symbol, [...(groups.get(symbol) ?? []), read(line)]);
  }
  return groups;
}

function listed(lines: readonly Line[], today: string): Map<AssetSymbol, StoredAction[]> {
  const groups = grouped(lines, (line): StoredAction => {
    const exDate = dateIn(line);
    if (exDate > today) line.refuse(`${exDate} has not come yet`);
    const isTold = (nth: number): boolean => (line.cells[nth] ?? '') !== '';
    const isDividend = isTold(4);
    if (isDividend === (isTold(2) || isTold(3))) line.refuse('a row is for a split (new_rate and old_rate) or for a dividend (cash)');
    if (!isDividend) return { kind: 'split', exDate, newRate: numberIn(line, 2, 'new_rate'), oldRate: numberIn(line, 3, 'old_rate') };
    const closeBefore = isTold(5) ? numberIn(line, 5, 'close_before') : undefined;
    return { kind: 'cashDividend', exDate, rate: numberIn(line, 4, 'cash'), closeBefore };
  });
  for (const actions of groups.values()) actions.sort((a, b) => (a.exDate < b.exDate ? -1 : 1));
  return groups;
}

interface FactorRow {
  readonly through: string;
  readonly price: number;
  readonly split: number;
}

/** What of the factor of one row to the next is left is what happened on the day after. */
function ofFactors(lines: readonly Line[]): Map<AssetSymbol, StoredAction[]> {
  const last = new Map<AssetSymbol, string>();
  const groups = grouped(lines, (line): FactorRow => {
    const [symbol, through] = [symbolIn(line), dateIn(line)];
    if (through <= (last.get(symbol) ?? '')) line.refuse(`${through} does not come after the row before`, 'sort the rows by through_date');
    last.set(symbol, through);
    return { through, price: numberIn(line, 2, 'price_factor'), split: numberIn(line, 3, 'split_factor') };
  });
  return new Map([...groups].map(([symbol, rows]) => [symbol, actionsOf(rows)]));
}

function actionsOf(rows: readonly FactorRow[]): StoredAction[] {
  return rows.flatMap((row, nth) => {
    const next = rows[nth + 1] ?? { price: 1, split: 1 };
    const exDate = dateText((parseDate(row.through) ?? 0) + 1);
    const [price, split] = [row.price / next.price, row.split / next.split];
    const dividend: StoredAction[] = price === 1 ? [] : [{ kind: 'factor', exDate, of: 'dividend', factor: price }];
    return split === 1 ? dividend : [...dividend, { kind: 'factor', exDate, of: 'split', factor: split }];
  });
}
