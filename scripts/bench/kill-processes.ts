/** The processes that `bench kill` starts: exchange, daemon and guard as a user starts them, on a home that is thrown away. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const TRADAR = fileURLToPath(new URL('../tradar.ts', import.meta.url));
const START_BOUND_MS = 60_000;
const LOOK_EVERY_MS = 20;

export const HEADERS = { 'APCA-API-KEY-ID': 'demo-key', 'APCA-API-SECRET-KEY': 'demo-secret', 'content-type': 'application/json' };

export interface Running {
  readonly child: ChildProcess;
  /** Everything that it said so far. */
  said(): string;
  end(): Promise<void>;
}

export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [TRADAR, ...args], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  return {
    child,
    said: () => said,
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

export async function until<T>(look: () => T | undefined | Promise<T | undefined>, what: string, boundMs = START_BOUND_MS): Promise<T> {
  const deadline = performance.now() + boundMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}

export async function startExchange(args: readonly string[]): Promise<Running & { url: string }> {
  const running = start(['exchange', '--json', '--port', '0', ...args]);
  const url = await until(() => /"url":"([^"]+)"/.exec(running.said())?.[1], `the exchange: ${running.said()}`);
  return { ...running, url };
}

export const askExchange = async (url: string, path: string, method = 'GET', body?: object): Promise<unknown> => {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: HEADERS,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return await response.json();
};

export const isSuspended = async (url: string): Promise<boolean> =>
  ((await askExchange(url, '/v2/account/configurations')) as { suspend_trade: boolean }).suspend_trade;
