/** A progress bar with the time that is left, on a terminal and only when it takes long; elsewhere nothing. */

const WIDTH = 30;
/** What is done before this is not worth a bar. */
const QUIET_MS = 400;
const REPAINT_MS = 100;

export interface Progress {
  /** So much of the whole is done. */
  at(done: number): void;
  /** Wipes the bar away. */
  end(): void;
}

const SILENT: Progress = { at: () => undefined, end: () => undefined };

export function progressBar(label: string, whole: number, isWanted: boolean, screen: NodeJS.WriteStream = process.stderr): Progress {
  if (!isWanted || !screen.isTTY || whole <= 0) return SILENT;
  const begun = performance.now();
  let paintedAt = begun + QUIET_MS - REPAINT_MS;
  let isPainted = false;
  return {
    at(done) {
      const now = performance.now();
      if (now - paintedAt < REPAINT_MS) return;
      paintedAt = now;
      isPainted = true;
      screen.write(`\r\u001b[2K${barText(label, Math.min(1, done / whole), now - begun)}`);
    },
    end() {
      if (isPainted) screen.write('\r\u001b[2K');
    },
  };
}

function barText(label: string, part: number, elapsedMs: number): string {
  const full = Math.round(part * WIDTH);
  const left = part > 0 ? `${Math.ceil((elapsedMs * (1 - part)) / part / 1_000)} s left` : '';
  return `${label} [${'█'.repeat(full)}${'·'.repeat(WIDTH - full)}] ${Math.floor(part * 100)} % ${left}`;
}
