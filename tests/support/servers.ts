/** Vitest global set-up: a throw-away MariaDB and Redis on loopback, stopped by the handles that started them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { TestProject } from 'vitest/node';
import { installMariaDb, mariaDbArguments, openMariaDb } from '#scripts/test/maria-db.ts';
import { missingPrograms } from '#scripts/test/programs.ts';
import { freePort, ServerProcess } from '#scripts/test/server-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Without a database: each test makes its own. */
    mysql: string;
    redis: string;
  }
}

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
  const [port] = await Promise.all([freePort(), installMariaDb(folder)]);
  const server = new ServerProcess(folder, 'mariadbd', mariaDbArguments({ folder, port }, false));
  servers.push(server);
  return await server.ready(() => openMariaDb({ folder, port }));
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
