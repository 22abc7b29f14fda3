/** Which version of a stored key a running process uses, in a file of the home: when it says so, the old one can be revoked at the broker. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeyName, SealedKey } from './envelope.ts';

const inUse = z.object({ version: z.int(), pid: z.int(), since: z.iso.datetime() });
export type KeyInUse = z.output<typeof inUse>;

const OWNER_ONLY = 0o600;
const fileOf = (home: string, name: KeyName): string => join(home, `key-in-use-${name}.json`);

export function noteKeyInUse(home: string, { name, version }: Pick<SealedKey, 'name' | 'version'>): void {
  const draft = `${fileOf(home, name)}.draft`;
  writeFileSync(draft, `${JSON.stringify({ version, pid: process.pid, since: new Date().toISOString() })}\n`, { mode: OWNER_ONLY });
  renameSync(draft, fileOf(home, name));
}

export const forgetKeyInUse = (home: string, name: KeyName): void => rmSync(fileOf(home, name), { force: true });

/** Nothing where no process has said so, or the one that did is gone. */
export function keyInUse(home: string, name: KeyName): KeyInUse | undefined {
  try {
    const said = inUse.parse(JSON.parse(readFileSync(fileOf(home, name), 'utf8')));
    process.kill(said.pid, 0);
    return said;
  } catch {
    return undefined;
  }
}
