/**
 * Notices that a stored key was changed while a process uses it, and offers the new one: looked at once a second, taken when whoever uses
 * it says so. What can not be opened (another master key, a damaged file) is told once, and the key in use goes on being used.
 */
import { statSync } from 'node:fs';
import { type Environment, MASTER_KEY_FILE_VARIABLE } from '../outside.ts';
import { type KeyName, type KeyPair, open, type SealedKey } from './envelope.ts';
import { keyFile, readKeys } from './key-file.ts';
import { KeyStoreError } from './key-store-error.ts';
import { masterKeyFrom } from './master-key.ts';

export interface KeyWatch {
  readonly home: string;
  readonly name: KeyName;
  readonly env: Environment;
  /** The one that is in use now. */
  readonly current: KeyPair;
  /** Resolves when the new one is in use; rejects where it is not, and is asked again later. */
  take(pair: KeyPair): Promise<void>;
  /** Of which stored key the one in use is. */
  inUse(record: SealedKey): void;
  trouble(error: Error): void;
  readonly everyMs?: number;
}

const EVERY_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** What changes with a file that was written or put in the place of another. */
function signOf(file: string | undefined): string {
  const stat = file === undefined || file === '' ? undefined : statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino} ${stat.mtimeMs} ${stat.size} ${stat.mode}`;
}

function stored({ home, name, env }: KeyWatch): { record: SealedKey; pair: KeyPair } {
  const record = readKeys(home).find((one) => one.name === name);
  if (record === undefined) {
    const hint = `store the new one with "tradar keys add ${name}"`;
    throw new KeyStoreError({ code: 'keyMissing', message: `the key "${name}" was removed from the store`, hint });
  }
  return { record, pair: open(masterKeyFrom(env), record) };
}

/** Returns the way to stop. */
export function watchStoredKey(watch: KeyWatch): () => void {
  const { home, env, everyMs = EVERY_MS } = watch;
  let { current } = watch;
  let [settled, told, isBusy, failures, notBeforeMs] = ['', '', false, 0, 0];
  const complain = (error: unknown): void => {
    const known = error instanceof Error ? error : new Error(String(error));
    if (known.message !== told) watch.trouble(known);
    told = known.message;
  };
  const look = async (): Promise<void> => {
    const sign = `${signOf(keyFile(home))}, ${signOf(env[MASTER_KEY_FILE_VARIABLE])}`;
    if (isBusy || sign === settled || performance.now() < notBeforeMs) return;
    isBusy = true;
    try {
      const { record, pair } = stored(watch);
      if (pair.id !== current.id || pair.secret !== current.secret) await watch.take(pair);
      current = pair;
      [settled, told, failures] = [sign, '', 0];
      watch.inUse(record);
    } catch (error) {
      complain(error);
      // What the files say changes with the files alone; a broker may answer the next time.
      if (error instanceof KeyStoreError) settled = sign;
      else notBeforeMs = performance.now() + Math.min(everyMs * 2 ** ++failures, LONGEST_PAUSE_MS);
    } finally {
      isBusy = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}
