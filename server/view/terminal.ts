/** Paints the view in place, again and again, and leaves the terminal as it was. */
import type { ViewModel } from './model.ts';
import { renderView } from './render.ts';
import { clean, cut } from './text.ts';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR = '\x1b[2J';
const TOP = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
/** What a terminal has when it does not say. */
const USUAL = { columns: 80, rows: 24 };

/** What is used of `process.stdout`; `hasColors` heeds NO_COLOR. */
export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  hasColors?(): boolean;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export interface TerminalViewOptions {
  readonly model: () => ViewModel;
  readonly out: Terminal;
  readonly everyMs: number;
}

export interface TerminalView {
  /** The last picture stays; the cursor stands below it. */
  stop(): void;
}

export function startTerminalView({ model, out, everyMs }: TerminalViewOptions): TerminalView {
  let painted = '';
  let isOver = false;
  const size = (): { columns: number; rows: number } => ({ columns: out.columns || USUAL.columns, rows: out.rows || USUAL.rows });
  const colour = out.hasColors?.() ?? false;

  /** A picture that can not be made must not end the daemon. */
  const lines = (): string[] => {
    try {
      return renderView(model(), size(), colour);
    } catch (error) {
      return [cut(clean(`the view can not be shown: ${String(error)}`), size().columns)];
    }
  };
  const paint = (): void => {
    const picture = lines()
      .map((line) => line + CLEAR_LINE)
      .join('\r\n');
    if (picture === painted) return;
    painted = picture;
    out.write(TOP + picture + CLEAR_BELOW);
  };
  const resized = (): void => {
    painted = '';
    out.write(CLEAR);
    paint();
  };
  const stop = (): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(timer);
    out.off('resize', resized);
    process.off('exit', stop);
    out.write(`\r\n${SHOW_CURSOR}`);
  };

  out.write(HIDE_CURSOR + CLEAR);
  paint();
  const timer = setInterval(paint, everyMs);
  out.on('resize', resized);
  // Whichever way the process ends, the cursor comes back.
  process.on('exit', stop);
  return { stop };
}
