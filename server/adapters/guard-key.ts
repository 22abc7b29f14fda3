/** What daemon and guard sign their beats with: made once by whichever comes first, in the home, for its owner alone. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BYTES = 32;

export function guardKey(home: string): Buffer {
  const file = join(home, 'guard.key');
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(BYTES).toString('base64'), { mode: 0o600 });
  try {
    // A link never replaces: of two that make one at a time, both read the first's.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== BYTES) throw new Error(`${file} is damaged; stop daemon and guard, remove it, and start them again`);
  return key;
}
