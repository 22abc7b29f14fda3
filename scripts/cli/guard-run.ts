/** The guard as a process that shares nothing with this one: the key goes to it by a pipe. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Config } from '#config/config.ts';
import { guardKey } from '#server/adapters/guard-key.ts';
import { makeHome } from '#server/adapters/home.ts';
import { DEFAULT_LIMITS } from '#server/guard/vigil.ts';
import type { GuardSide } from './guard-broker.ts';
import { watchKey } from './key-watching.ts';
import type { Call } from './verb.ts';

const PROGRAM = fileURLToPath(new URL('../../server/guard/main.ts', import.meta.url));

const TRY_WITHIN_MS = 5_000;

/** Resolves with its exit code. */
export function runGuard({ home }: Config, { broker, key }: GuardSide, call: Call): Promise<number> {
  makeHome(home);
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'inherit', 'inherit'], env: {} });
  // Left open: its end tells the guard that this process is gone, also where nobody could send it a signal.
  child.stdin.on('error', () => undefined);
  const tell = (told: object): void => void child.stdin.write(`${JSON.stringify(told)}\n`);
  tell({ home, broker, limits: DEFAULT_LIMITS, key: guardKey(home).toString('base64') });
  const stop =
    key === undefined
      ? undefined
      : watchKey(key, {
          take: async ({ id, secret }) => {
            await tryKey({ ...broker, keyId: id, secret });
            tell({ broker: { keyId: id, secret } });
          },
          inUse: (version) => call.remark(`the guard uses version ${version} of the key "${key.name}"`),
          trouble: ({ message }) => call.remark(`the changed key was not taken: ${message}; the guard goes on with the one it has`),
        });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', forward).on('SIGINT', forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      stop?.();
      process.off('SIGTERM', forward).off('SIGINT', forward);
      resolve(code ?? 1);
    });
  });
}

/** A key that the broker does not take must not replace one that it does. */
async function tryKey({ url, keyId, secret }: GuardSide['broker']): Promise<void> {
  const headers = { 'APCA-API-KEY-ID': keyId, 'APCA-API-SECRET-KEY': secret };
  const { ok, status } = await fetch(`${url}/v2/account`, { headers, redirect: 'error', signal: AbortSignal.timeout(TRY_WITHIN_MS) });
  if (!ok) throw new Error(`the broker answers ${status} to the new key`);
}
