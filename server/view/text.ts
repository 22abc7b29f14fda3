/** Lines made of styled pieces, cut to the width of a terminal. */

export type Style = 'plain' | 'dim' | 'bold' | 'good' | 'bad' | 'alarm';

export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Piece[];

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const CODES: Readonly<Record<Style, string>> = { plain: '', dim: '2', bold: '1', good: '32', bad: '31', alarm: '1;97;41' };

/**
 * Texts come from brokers and agents: an escape sequence must not reach the terminal, and a character that is not one
 * column wide would break the table.
 */
const NOT_ONE_COLUMN =
  /[^\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u203a\u20ac\u2190-\u21ff\u2212\u2248\u2260-\u2265\u2500-\u259f]/gu;
const CONTROL = /(?:[^\S ]|\p{Cc})+/gu;

export const clean = (text: string): string => text.replace(CONTROL, ' ').replace(NOT_ONE_COLUMN, '?');

export const piece = (text: string, style: Style = 'plain'): Piece => ({ text: clean(text), style });

/** Cut with an ellipsis where it is longer. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}

export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + text.length, 0);

/** At most as many columns, whatever is in it. */
function clip(line: Line, columns: number): Piece[] {
  const fitting: Piece[] = [];
  let left = columns;
  for (const { text, style } of line) {
    fitting.push({ text: cut(text, left), style });
    left -= text.length;
    if (left <= 0) break;
  }
  return fitting;
}

const paint = ({ text, style }: Piece): string => (CODES[style] === '' || text === '' ? text : `\x1b[${CODES[style]}m${text}\x1b[0m`);

export function print(line: Line, columns: number, colour: boolean): string {
  const pieces = clip(line, columns);
  return colour
    ? pieces.map(paint).join('')
    : pieces
        .map(({ text }) => text)
        .join('')
        .trimEnd();
}
