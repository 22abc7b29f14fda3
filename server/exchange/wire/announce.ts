/** Where the built-in exchange listens, for "tradar kill --direct" and the curious: `exchange.json` in its state folder. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

const OWNER_ONLY = 0o600;

export const exchangeFile = (stateFolder: string): string => join(stateFolder, 'exchange.json');

export async function announceExchange(stateFolder: string, url: string): Promise<void> {
  makeFolder(stateFolder);
  const draft = `${exchangeFile(stateFolder)}.new`;
  await writeFile(draft, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: OWNER_ONLY });
  await rename(draft, exchangeFile(stateFolder));
}
