/** Where a sweep is kept: a folder named by everything that decides its results, so that the same call goes on with it. */
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { draftName, dropAbandonedDrafts } from '#server/backtest/shell/abandoned-drafts.ts';
import { makeFolder } from '#server/exchange/wire/make-folder.ts';
import { encode } from '#server/runtime/codec.ts';
import { readHome } from './configured.ts';
import type { Call } from './verb.ts';

export const sweepsFolder = (home: string): string => join(home, 'sweeps');

/** `search` is everything that decides the results, canonical. */
export function sweepFolder(call: Call, agent: string, search: string): string {
  const out = call.text('out');
  const folder = out === undefined ? join(sweepsFolder(readHome(call)), `${agent}-${shortHash(search)}`) : resolve(out);
  makeFolder(folder);
  dropAbandonedDrafts(folder);
  return folder;
}

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Whole or not at all. */
export function writeWhole(folder: string, name: string, value: object): void {
  const draft = join(folder, draftName(name));
  writeFileSync(draft, `${encode(value)}\n`, { flush: true });
  renameSync(draft, join(folder, name));
}
