/** Rows under titles; where the terminal is narrow, the least important columns are left out. */
import { cut, type Line, piece, type Style } from './text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly width: number;
  /** Words stand left, numbers right. */
  readonly left?: boolean;
  /** 0 is left out last. */
  readonly rank: number;
  readonly text: (row: Row) => string;
  readonly style?: (row: Row) => Style;
}

const GAP = 1;

function fitting<Row>(columns: readonly Column<Row>[], available: number): readonly Column<Row>[] {
  let left = available;
  const kept = [...columns]
    .sort((a, b) => a.rank - b.rank)
    .filter(({ width, rank }) => {
      left -= width + GAP;
      return rank === 0 || left >= 0;
    });
  return columns.filter((column) => kept.includes(column));
}

const cell = (text: string, { width, left }: { width: number; left?: boolean }): string =>
  `${left === true ? cut(text, width).padEnd(width) : cut(text, width).padStart(width)}${' '.repeat(GAP)}`;

export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], available: number): Line[] {
  const shown = fitting(columns, available);
  const titles = shown.map((column) => piece(cell(column.title, column), 'dim'));
  return [titles, ...rows.map((row) => shown.map((column) => piece(cell(column.text(row), column), column.style?.(row) ?? 'plain')))];
}
