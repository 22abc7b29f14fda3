/** The doctor's checks of the database and of Redis. */
import { existsSync } from 'node:fs';
import type { Config } from '#config/config.ts';
import { failing, type Row, well } from './check.ts';

interface Finding {
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

const rowOf = (check: string, { ok, detail, remedy }: Finding): Row =>
  ok ? well(check, detail) : failing(check, detail, remedy ?? 'look at its log');

export async function databaseCheck({ databaseUrl, home }: Config): Promise<readonly Row[]> {
  const { sqliteFile } = await import('#server/adapters/store/open.ts');
  const file = sqliteFile(home);
  // To look must not leave a file behind.
  if (databaseUrl === undefined && !existsSync(file)) return [well('database', `SQLite, ${file} will be made at the first start`)];
  const { checkStore } = await import('#server/adapters/store/check.ts');
  return [rowOf('database', await checkStore(databaseUrl?.reveal(), home))];
}

export async function redisCheck({ redisUrl }: Config): Promise<readonly Row[]> {
  if (redisUrl === undefined) return [well('Redis', 'none: the lease is the lock of the home, good for one machine')];
  const { checkRedis } = await import('#server/adapters/redis/check.ts');
  return [rowOf('Redis', await checkRedis(redisUrl.reveal()))];
}
