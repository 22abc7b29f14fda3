/** What a test has another process do with a database: told over IPC, because a URL has a password. Answers line by line. */
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openArchive, openDatabase, sqliteFile } from '#server/adapters/store/open.ts';
import { BATCH, type Task } from './child.ts';
import { ticks } from './entries.ts';

/** Without a buffer: what was said has left the process, whatever happens to it next. */
const say = (fact: unknown): void => {
  writeSync(1, `${JSON.stringify(fact)}\n`);
};

async function append(url: string | undefined, home: string): Promise<never> {
  const archive = await openArchive({ url, home, mode: 'demo', account: 'A1', nowMs: 1_750_000_000_000 });
  let { length: last } = await archive.records.entriesAfter(0, 1_000_000);
  for (;;) {
    await archive.journal.append(ticks(last + 1, BATCH));
    last += BATCH;
    say(last);
  }
}

/** Until it is killed. */
function lock(home: string): void {
  const raw = new DatabaseSync(sqliteFile(home));
  raw.exec('BEGIN EXCLUSIVE');
  say('locked');
  process.on('message', () => raw.isTransaction);
}

process.once('message', async ({ verb, url, home }: Task) => {
  if (verb === 'lock') return lock(home);
  if (verb === 'append') return await append(url, home);
  try {
    const { driver, migrated } = await openDatabase(url, home);
    await driver.close();
    say({ migrated });
  } catch (error) {
    say({ error: String(error) });
  }
  process.disconnect();
});
say('ready');
