/** How a throw-away MariaDB is made and started, on loopback and in a folder of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { serverEnv } from './server-process.ts';

export interface MariaDbPlace {
  readonly folder: string;
  readonly port: number;
}

/** mariadbd refuses root without being told. */
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];

const dataOf = (folder: string): string => join(folder, 'db');
const socketOf = (folder: string): string => join(folder, 'sock');

/** The tables of the server itself. */
export async function installMariaDb(folder: string): Promise<void> {
  const data = `--datadir=${dataOf(folder)}`;
  const args = ['--no-defaults', data, '--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve', ...asRoot];
  await promisify(execFile)('mariadb-install-db', args, { env: serverEnv });
}

/** `isDurable`: what was committed survives the server's death, and costs a sync each time. */
export function mariaDbArguments({ folder, port }: MariaDbPlace, isDurable: boolean): string[] {
  return [
    '--no-defaults', // which would mean latin1
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    `--datadir=${dataOf(folder)}`,
    `--socket=${socketOf(folder)}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--innodb-flush-log-at-trx-commit=${isDurable ? 1 : 0}`,
    '--innodb-buffer-pool-size=64M',
    '--performance-schema=OFF',
    ...asRoot,
  ];
}

/** Rejects as long as the server does not answer. The user may do everything; the address names no database. */
export async function openMariaDb({ folder, port }: MariaDbPlace): Promise<string> {
  const connection = await createConnection({ socketPath: socketOf(folder), user: 'root' });
  await connection.query("create user if not exists app@'127.0.0.1' identified by 'app'");
  await connection.query("grant all on *.* to app@'127.0.0.1' with grant option");
  await connection.end();
  return `mysql://app:app@127.0.0.1:${port}`;
}
