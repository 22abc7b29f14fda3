/** Makes a folder and those above it, one by one: Node's own recursive mkdir never ends where a folder exists and takes nothing in, as /proc does. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Throws what the system says of the first one that can not be made. */
export function makeFolder(path: string, mode = 0o777): void {
  if (existsSync(path)) return;
  const whole = resolve(path);
  const parent = dirname(whole);
  if (parent !== whole) makeFolder(parent, mode);
  try {
    mkdirSync(whole, { mode });
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
