/** Makes the data folder, for its owner alone. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const OWNER_ONLY = 0o700;

/** Folder by folder: Node's own recursive mkdir never ends where a folder exists and takes nothing in, as /proc does. */
export function makeHome(home: string): void {
  if (existsSync(home)) return;
  const parent = dirname(home);
  if (parent !== home) makeHome(parent);
  try {
    mkdirSync(home, { mode: OWNER_ONLY });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the data folder ${home} can not be made (${reason}); choose another one with TRADAR_HOME`);
  }
}
