/** The arming of a home: `arming.json`, whole or not there, for its owner alone. What can not be read is no arming. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Arming } from '#server/runtime/arming.ts';

const OWNER_ONLY = 0o600;
const text = z.string().min(1);
const at = z.iso.datetime();
const arming = z.strictObject({ account: text, broker: text, configHash: text, version: text, armedAt: at, expiresAt: at });

export const armingFile = (home: string): string => join(home, 'arming.json');

export function writeArming(home: string, record: Arming): void {
  const draft = `${armingFile(home)}.draft`;
  rmSync(draft, { force: true });
  const descriptor = openSync(draft, 'wx', OWNER_ONLY);
  try {
    writeFileSync(descriptor, `${JSON.stringify(record, undefined, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, armingFile(home));
}

export function readArming(home: string): Arming | undefined {
  try {
    return arming.parse(JSON.parse(readFileSync(armingFile(home), 'utf8')));
  } catch {
    return undefined;
  }
}

export const disarm = (home: string): void => rmSync(armingFile(home), { force: true });
