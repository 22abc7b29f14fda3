/** The database under the journal, and what can happen to it. */

import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { installMariaDb, mariaDbArguments, openMariaDb } from '#scripts/test/maria-db.ts';
import { serverEnv } from '#scripts/test/server-process.ts';
import { sqliteFile } from '#server/adapters/store/open.ts';
import type { Brood, Child } from './child.ts';
import type { Dice } from './dice.ts';

export interface Database {
  readonly kind: 'sqlite' | 'mysql';
  readonly url: string | undefined;
  /** Away for so long, then back; what was done, in words. */
  fail(ms: number, dice: Dice): Promise<string>;
  /** It is back at once. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** A file that another program has locked: nothing can be written. */
export function sqliteDatabase(home: string): Database {
  let holder: DatabaseSync | undefined;
  const release = async (): Promise<void> => {
    holder?.close();
    holder = undefined;
  };
  return {
    kind: 'sqlite',
    url: undefined,
    fail: async (ms) => {
      await release();
      try {
        holder = new DatabaseSync(sqliteFile(home), { timeout: 200 });
        holder.exec('BEGIN IMMEDIATE');
      } catch {
        await release();
        return 'the database could not be locked';
      }
      await pause(ms);
      await release();
      return `another program had the database locked for ${ms} ms`;
    },
    mend: release,
    close: release,
  };
}

const NAME = 'torture';
const START_BOUND_MS = 30_000;
const LOOK_EVERY_MS = 25;

/** A MariaDB server of our own: killed and started again, or frozen. */
export async function mariaDatabase(brood: Brood, folder: string, port: number): Promise<Database> {
  const place = { folder, port };
  await installMariaDb(folder);
  let child: Child | undefined;
  let starting: Promise<string> | undefined;
  const launch = async (): Promise<string> => {
    child = brood.start('mariadbd', mariaDbArguments(place, true), serverEnv);
    for (const deadline = performance.now() + START_BOUND_MS; ; ) {
      try {
        return await openMariaDb(place);
      } catch (error) {
        if (!child.running || performance.now() > deadline) throw new Error(`mariadbd did not start: ${String(error)} ${child.said}`);
        await pause(LOOK_EVERY_MS);
      }
    }
  };
  /** Once at a time, whoever asks. */
  const start = async (): Promise<string> => {
    if (child?.running !== true) starting = launch();
    return (await starting) ?? '';
  };
  const server = await start();
  await createDatabase(server);
  return {
    kind: 'mysql',
    url: `${server}/${NAME}`,
    fail: async (ms, dice) => {
      if (dice.chance(0.4)) {
        await child?.freeze(ms);
        return `the database server was frozen for ${ms} ms`;
      }
      await child?.kill();
      await pause(ms);
      await start();
      return `the database server was killed, and started again after ${ms} ms`;
    },
    mend: async () => {
      child?.signal('SIGCONT');
      await start();
    },
    close: async () => {
      await child?.kill();
    },
  };
}

async function createDatabase(server: string): Promise<void> {
  const connection = await createConnection(server);
  await connection.query(`CREATE DATABASE ${NAME} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await connection.end();
}
