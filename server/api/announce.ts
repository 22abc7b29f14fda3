/** Where a running daemon can be found: `<home>/daemon.json`, written whole, removed when it closes. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

const announcementSchema = z.object({
  pid: z.int().positive(),
  url: z.url({ protocol: /^https?$/ }),
  startedAt: z.iso.datetime(),
  mode: z.string(),
});

export type Announcement = z.infer<typeof announcementSchema>;

export const announcementFile = (home: string): string => join(resolve(home), 'daemon.json');

/** Returns the way to take it back; what another daemon wrote meanwhile stays. */
export async function announce(home: string, announcement: Announcement): Promise<() => Promise<void>> {
  const path = announcementFile(home);
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  await mkdir(resolve(home), { recursive: true, mode: FOLDER_OWNER_ONLY });
  await writeFile(draft, `${JSON.stringify(announcement)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
  await rename(draft, path);
  return async () => {
    const current = await readAnnouncement(home);
    if (current === undefined || current === 'unreadable') return;
    if (current.pid === announcement.pid && current.startedAt === announcement.startedAt) await unlink(path).catch(unlessGone);
  };
}

export async function readAnnouncement(home: string): Promise<Announcement | 'unreadable' | undefined> {
  const text = await readFile(announcementFile(home), 'utf8').catch(unlessGone);
  if (text === undefined) return undefined;
  try {
    return announcementSchema.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

function unlessGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
