/** Drafts whose process was ended before it could take them away (`kill -9`, a power cut): nobody completes them any more. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Hidden, and named by the process that writes it. */
export const draftName = (name: string): string => `.${name}.${process.pid}.draft`;

const DRAFT = /^\..+\.(\d+)\.draft$/;

/** Takes away what lies in the folder of processes that are gone. */
export function dropAbandonedDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = DRAFT.exec(name)?.[1];
    if (pid !== undefined && isGone(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // One of another user lives all the same.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
