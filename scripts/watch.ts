/** `tradar watch`: the live view of a running daemon; lines where there is no terminal. */
import type { DaemonStatus } from './cli/daemon-status.ts';
import type { DaemonView } from './cli/daemon-view.ts';
import { misuse } from './cli/failure.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

const LOOK_EVERY_MS = 1_000;
const PAINT_EVERY_MS = 250;
const SECONDS = /^\d{1,7}(?:\.\d+)?$/;

export const watch: Verb = {
  name: 'watch',
  summary: 'Shows the running daemon as it trades. On a terminal a picture, elsewhere one line for each change.',
  flags: {
    for: { type: 'text', value: 'SECONDS', help: 'end after so long' },
    config: { type: 'text', value: 'FILE', help: 'configuration file that says where the home is' },
  },
  notes: ['q or Ctrl-C ends it; the daemon goes on. With --json each change is one JSON object, as "tradar status --json" has it.'],
  async run(call) {
    const seconds = call.text('for');
    if (seconds !== undefined && !SECONDS.test(seconds)) throw misuse(`--for ${seconds} is not a number of seconds`, 'give it as --for 60');
    const { readHome } = await import('./cli/configured.ts');
    const { withDaemon } = await import('./cli/daemon.ts');
    const { daemonView } = await import('./cli/daemon-view.ts');
    const home = readHome(call);
    const look = daemonView(home);
    const ending = untilEnded(seconds === undefined ? undefined : Number(seconds) * 1_000);
    try {
      await withDaemon(home, (daemon) => follow(call, () => look(daemon), ending.signal));
    } finally {
      ending.close();
    }
    return EXIT.done;
  },
};

async function follow(call: Call, look: () => Promise<DaemonView>, ended: AbortSignal): Promise<void> {
  let latest = await look();
  const show = process.stdout.isTTY && !call.json ? await paint(() => latest.model) : printChanges(call);
  try {
    while (!ended.aborted) {
      show.changed(latest.status);
      await pauseOr(ended);
      if (!ended.aborted) latest = await look();
    }
  } finally {
    show.stop();
  }
}

interface Show {
  changed(status: DaemonStatus): void;
  stop(): void;
}

async function paint(model: () => DaemonView['model']): Promise<Show> {
  const { startTerminalView } = await import('#server/view/terminal.ts');
  const view = startTerminalView({ model, out: process.stdout, everyMs: PAINT_EVERY_MS });
  return { changed: () => undefined, stop: () => view.stop() };
}

function printChanges(call: Call): Show {
  let before = '';
  return {
    changed: (status) => {
      const { marketTime: _, ...lasting } = status;
      const now = call.json ? JSON.stringify(lasting) : lineOf(status);
      if (now === before) return;
      before = now;
      call.print(call.json ? JSON.stringify(status) : `${status.marketTime ?? '-'} ${now}`);
    },
    stop: () => undefined,
  };
}

function lineOf({ equity, dayProfitLoss, positions, filledOrders, openOrders, killLevel, health }: DaemonStatus): string {
  const held = positions.map(({ symbol, quantity }) => `${symbol} ${quantity}`).join(', ');
  const today = dayProfitLoss === null ? '' : ` today ${Number(dayProfitLoss).toFixed(2)}`;
  const orders = `filled ${filledOrders} open ${openOrders}`;
  return `equity ${Number(equity).toFixed(2)}${today} ${orders} kill ${killLevel} ${health} [${held}]`;
}

/** A pause that the end cuts short. */
function pauseOr(ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, LOOK_EVERY_MS);
    function done(): void {
      clearTimeout(timer);
      ended.removeEventListener('abort', done);
      resolve();
    }
    ended.addEventListener('abort', done);
  });
}

/** Ended by Ctrl-C, SIGTERM, q, or the time. */
function untilEnded(afterMs: number | undefined): { readonly signal: AbortSignal; close(): void } {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const timer = afterMs === undefined ? undefined : setTimeout(end, afterMs);
  const { stdin } = process;
  const isTerminal = stdin.isTTY && process.stdout.isTTY;
  const onKey = (key: Buffer): void => {
    if (key.includes('q') || key.includes('\x03')) end();
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  if (isTerminal) stdin.setRawMode(true).on('data', onKey);
  return {
    signal: ending.signal,
    close: () => {
      clearTimeout(timer);
      process.off('SIGINT', end).off('SIGTERM', end);
      if (isTerminal) stdin.setRawMode(false).off('data', onKey).pause();
    },
  };
}
