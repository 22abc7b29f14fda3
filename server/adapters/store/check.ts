/** Whether the database can be opened and written, for "tradar doctor"; looking changes nothing. */
import { StoreError } from './error.ts';
import { lookAt } from './look.ts';
import { sqliteFile } from './open.ts';

export interface StoreCheck {
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

export async function checkStore(url: string | undefined, home: string): Promise<StoreCheck> {
  try {
    const { dialect, where, waiting } = await lookAt(url, home);
    const todo = waiting.length === 0 ? '' : `; the next start migrates it (${waiting.join(', ')})`;
    return { ok: true, detail: `${dialect} at ${where}${todo}` };
  } catch (error) {
    if (error instanceof StoreError) return { ok: false, detail: `${error.what} (${error.where})`, remedy: error.remedy };
    return {
      ok: false,
      detail: error instanceof Error ? error.message : String(error),
      remedy: `look at ${url === undefined ? sqliteFile(home) : 'DATABASE_URL'}`,
    };
  }
}
