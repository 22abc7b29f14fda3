/**
 * One change of the stored keys at a time: a lock that the kernel holds for the process (SQLite's, on a file that stays empty), so that of
 * two that read, change and write the file neither takes the other's key away. It ends with the process, however that ends.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { KeyStoreError } from './key-store-error.ts';

/** Another's change takes milliseconds. */
const WAIT_MS = 5_000;

export function whileNobodyElse<T>(home: string, change: () => T): T {
  const database = new DatabaseSync(join(home, 'keys.lock'), { timeout: WAIT_MS });
  try {
    taken(database, home);
    return change();
  } finally {
    database.close();
  }
}

function taken(database: DatabaseSync, home: string): void {
  try {
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    const message = `the stored keys of ${home} can not be changed now: ${error instanceof Error ? error.message : String(error)}`;
    throw new KeyStoreError({ code: 'keysBusy', message, hint: 'another call changes them: look at it, then call again' });
  }
}
