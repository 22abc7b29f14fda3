/** The painter: in place, only what changed, and the terminal is left as it was. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ViewModel } from '#server/view/model.ts';
import { startTerminalView } from '#server/view/terminal.ts';
import { viewModel } from './model.ts';

class Screen extends EventEmitter {
  columns = 80;
  rows = 24;
  written = '';
  readonly colours: boolean;

  constructor(colours: boolean) {
    super();
    this.colours = colours;
  }

  hasColors(): boolean {
    return this.colours;
  }

  write(text: string): void {
    this.written += text;
  }

  take(): string {
    const taken = this.written;
    this.written = '';
    return taken;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function started(changes: { colours?: boolean; model?: () => ViewModel } = {}) {
  const out = new Screen(changes.colours ?? false);
  const view = startTerminalView({ model: changes.model ?? viewModel, out, everyMs: 500 });
  return { out, view };
}

test('hides the cursor, and gives it back once when stopped', () => {
  const listening = process.listenerCount('exit');
  const { out, view } = started();
  expect(out.take().startsWith('\x1b[?25l\x1b[2J\x1b[HInsydeTradar')).toBe(true);
  view.stop();
  view.stop();
  expect(out.take()).toBe('\r\n\x1b[?25h');
  vi.advanceTimersByTime(5_000);
  out.emit('resize');
  expect(out.take()).toBe('');
  expect([out.listenerCount('resize'), process.listenerCount('exit')]).toEqual([0, listening]);
});

test('paints in place when something changed, and only then', () => {
  let equity = '1';
  const { out, view } = started({ model: () => viewModel({ equity }) });
  out.take();
  vi.advanceTimersByTime(500);
  expect(out.take()).toBe('');
  equity = '2';
  vi.advanceTimersByTime(500);
  const painted = out.take();
  expect(painted.startsWith('\x1b[HInsydeTradar')).toBe(true);
  expect(painted).toContain('Equity 2.00');
  expect(painted).not.toContain('\x1b[2J');
  view.stop();
});

test('follows the size of the terminal', () => {
  const { out, view } = started();
  out.take();
  Object.assign(out, { columns: 30, rows: 10 });
  out.emit('resize');
  const lines = out.take().split('\r\n');
  expect(lines[0]?.startsWith('\x1b[2J\x1b[H')).toBe(true);
  expect(lines.length).toBeLessThanOrEqual(10);
  view.stop();
});

test('has colours only where the terminal has them', () => {
  const dull = started();
  const bright = started({ colours: true });
  expect(dull.out.take()).not.toContain('\x1b[1m');
  expect(bright.out.take()).toContain('\x1b[1m');
  dull.view.stop();
  bright.view.stop();
});

test('a model that can not be read is told, and does not end the daemon', () => {
  const { out, view } = started({
    model: () => {
      throw new Error('books are\nclosed');
    },
  });
  expect(out.take()).toContain('the view can not be shown: Error: books are closed');
  view.stop();
});
