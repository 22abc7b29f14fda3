/** Vitest global set-up: a throw-away MariaDB and Redis on loopback, stopped by the handles that started them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import type { TestProject } from 'vitest/node';
import { missingPrograms } from '#scripts/test/programs.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Without a database: each test makes its own. */
    mysql: string;
    redis: string;
  }
}

const START_TIMEOUT_MS = 30_000;
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
/** mariadbd refuses root without being told. */
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A child whose last words are kept, to be told when it does not come up. */
class Server {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;
  #said = '';

  constructor(name: string, args: readonly string[]) {
    this.#name = name;
    this.#process = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    const hear = (chunk: Buffer): void => {
      this.#said = (this.#said + chunk.toString()).slice(-4_000);
    };
    this.#process.stdout?.on('data', hear);
    this.#process.stderr?.on('data', hear);
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.once('error', (error) => {
        this.#said += error.message;
        resolve();
      });
    });
  }

  get #running(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async ready<T>(probe: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        return await probe();
      } catch (error) {
        if (!this.#running || Date.now() > deadline) throw new Error(`${this.#name} did not come up: ${String(error)}\n${this.#said}`);
        await Promise.race([pause(25), this.#exited]);
      }
    }
  }

  async stop(): Promise<void> {
    if (this.#running) this.#process.kill();
    await this.#exited;
  }
}

async function startRedis(folder: string, servers: Server[]): Promise<string> {
  const port = await freePort();
  const server = new Server('redis-server', [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]);
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

async function startMariaDb(folder: string, servers: Server[]): Promise<string> {
  const data = join(folder, 'db');
  const socket = join(folder, 'sock');
  const install = [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ];
  const [port] = await Promise.all([freePort(), promisify(execFile)('mariadb-install-db', [...install, ...asRoot], { env })]);
  const server = new Server('mariadbd', [
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
  await connection.query("grant all on *.* to app@'127.0.0.1'");
  await connection.end();
  return `mysql://app:app@127.0.0.1:${port}`;
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const missing = missingPrograms();
  if (missing.length > 0) throw new Error(`these tests need ${missing.join(', ')}: \`npm test\` installs or names what is missing`);
  const folder = mkdtempSync(join(tmpdir(), 'tradar-servers-'));
  const servers: Server[] = [];
  const tearDown = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  const started = await Promise.allSettled([startMariaDb(folder, servers), startRedis(folder, servers)]);
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
