/** The guard as a process that shares nothing with this one: the key goes to it by a pipe. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Config } from '#config/config.ts';
import { guardKey } from '#server/adapters/guard-key.ts';
import { makeHome } from '#server/adapters/home.ts';
import type { BrokerOptions } from '#server/guard/broker.ts';
import { DEFAULT_LIMITS } from '#server/guard/vigil.ts';

const PROGRAM = fileURLToPath(new URL('../../server/guard/main.ts', import.meta.url));

/** Resolves with its exit code. */
export function runGuard({ home }: Config, broker: BrokerOptions): Promise<number> {
  makeHome(home);
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'inherit', 'inherit'], env: {} });
  // Left open: its end tells the guard that this process is gone, also where nobody could send it a signal.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify({ home, broker, limits: DEFAULT_LIMITS, key: guardKey(home).toString('base64') })}\n`);
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', forward).on('SIGINT', forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('SIGTERM', forward).off('SIGINT', forward);
      resolve(code ?? 1);
    });
  });
}
