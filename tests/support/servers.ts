/** Vitest global set-up: a throw-away MariaDB and Redis on loopback, stopped by the handles that started them. */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import type { TestProject } from 'vitest/node';
import { missingPrograms } from '#scripts/test/programs.ts';
import { freePort, ServerProcess, serverEnv } from './server-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Without a database: each test makes its own. */
    mysql: string;
    redis: string;
  }
}

/** mariadbd refuses root without being told. */
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tradar-server-'));

async function startRedis(servers: ServerProcess[]): Promise<string> {
  const folder = newFolder();
  const port = await freePort();
  const memoryOnly = ['--save', '', '--appendonly', 'no'];
  const server = new ServerProcess(folder, 'redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...memoryOnly]);
  servers.push(server);
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 25, maxRetriesPerRequest: null });
  client.on('error', () => {}); // refused until it listens
  try {
    await server.ready(() => client.ping());
  } finally {
    client.disconnect();
  }
  return `redis://127.0.0.1:${port}`;
}

async function startMariaDb(servers: ServerProcess[]): Promise<string> {
  const folder = newFolder();
  const data = join(folder, 'db');
  const socket = join(folder, 'sock');
  const install = [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ];
  const [port] = await Promise.all([freePort(), promisify(execFile)('mariadb-install-db', [...install, ...asRoot], { env: serverEnv })]);
  const server = new ServerProcess(folder, 'mariadbd', [
    '--no-defaults', // which would mean latin1
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-buffer-pool-size=64M',
    '--performance-schema=OFF',
    ...asRoot,
  ]);
  servers.push(server);
  const connection = await server.ready(() => createConnection({ socketPath: socket, user: 'root' }));
  await connection.query("create user app@'127.0.0.1' identified by 'app'");
  await connection.query("grant all on *.* to app@'127.0.0.1' with grant option");
  await connection.end();
  return `mysql://app:app@127.0.0.1:${port}`;
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const missing = missingPrograms();
  if (missing.length > 0) throw new Error(`these tests need ${missing.join(', ')}: \`npm test\` installs or names what is missing`);
  const servers: ServerProcess[] = [];
  const tearDown = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  const started = await Promise.allSettled([startMariaDb(servers), startRedis(servers)]);
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await tearDown();
    throw failed.reason;
  }
  const [mysql, redis] = started.map((one) => (one.status === 'fulfilled' ? one.value : ''));
  project.provide('mysql', mysql ?? '');
  project.provide('redis', redis ?? '');
  return tearDown;
}
