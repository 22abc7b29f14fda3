/** The daemon as a separate process, started the way a user starts it, on a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDaemon } from '#server/api/client.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class Daemon implements AsyncDisposable {
  readonly home: string;
  readonly #process: ChildProcess;
  readonly exited: Promise<Exit>;
  output = '';

  constructor(home: string, env: Record<string, string>, args: readonly string[]) {
    this.home = home;
    const clean = { PATH: process.env['PATH'] ?? '', TRADAR_HOME: home, TRADAR_API_PORT: '0', ...env };
    this.#process = spawn(process.execPath, ['scripts/tradar.ts', 'start', '--plain', ...args], {
      cwd: ROOT,
      env: clean,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    this.#process.stdout?.on('data', hear);
    this.#process.stderr?.on('data', hear);
    this.exited = new Promise((resolve) => this.#process.once('exit', (code, signal) => resolve({ code, signal })));
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return await this.exited;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.running) await this.kill();
  }
}

export const newHome = (): string => mkdtempSync(join(tmpdir(), 'tradar-e2e-'));
export const removeHome = (home: string): void => rmSync(home, { recursive: true, force: true });

/** Asks again until there is an answer that satisfies; the daemon's end, or a minute, ends the waiting with its output. */
export async function until<T>(daemon: Daemon, probe: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + 60_000;
  let last: unknown;
  while (daemon.running && Date.now() < deadline) {
    try {
      const answer = await probe();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}: ${String(last)}\n${daemon.output.slice(-3_000)}`);
}

export type Client = Awaited<ReturnType<typeof connectDaemon>>;

export const connected = (daemon: Daemon): Promise<Client> => until(daemon, () => connectDaemon(daemon.home), 'the control plane');

/** The books were compared with the broker's statement, and agree. */
export const reconciled = (daemon: Daemon, { trpc }: Pick<Client, 'trpc'>): Promise<true> =>
  until(daemon, async () => ((await trpc.account.get.query()).reconciled ? (true as const) : undefined), 'a reconciliation');
