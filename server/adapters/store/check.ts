/** Whether the database can be opened, for "tradar doctor". */
import { StoreError } from './error.ts';
import { openDatabase, sqliteFile } from './open.ts';

export interface StoreCheck {
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

export async function checkStore(url: string | undefined, home: string): Promise<StoreCheck> {
  try {
    const { driver, migrated } = await openDatabase(url, home);
    const { where, dialect } = driver;
    await driver.close();
    return { ok: true, detail: `${dialect} at ${where}${migrated.length > 0 ? `, migrated (${migrated.join(', ')})` : ''}` };
  } catch (error) {
    if (error instanceof StoreError) return { ok: false, detail: `${error.what} (${error.where})`, remedy: error.remedy };
    return {
      ok: false,
      detail: error instanceof Error ? error.message : String(error),
      remedy: `look at ${url === undefined ? sqliteFile(home) : 'DATABASE_URL'}`,
    };
  }
}
