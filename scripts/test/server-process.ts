/** A server that lives no longer than we do, and whose last words are kept, to be told when it does not come up. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Runs "$2…" until it ends by itself or our end of standard input closes, which it does even when we are killed; then
 * removes the folder "$1". A group of its own: a Ctrl-C in the terminal reaches us, and it by way of us.
 */
const GUARD = `
  folder=$1; shift
  exec 3<&0
  "$@" </dev/null 3<&- &
  program=$!
  { read -r _ <&3; kill "$program"; } 2>/dev/null >/dev/null &
  wait "$program"; code=$?
  rm -rf "$folder"
  exit "$code"`;

const START_TIMEOUT_MS = 30_000;
const LAST_WORDS = 4_000;
/** /usr/sbin is not in everybody's PATH, and it is where Debian keeps mariadbd. */
export const serverEnv = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

export class ServerProcess {
  readonly #name: string;
  readonly #guard: ChildProcess;
  readonly #exited: Promise<void>;
  #said = '';

  /** The folder is removed when it ends. */
  constructor(folder: string, name: string, args: readonly string[]) {
    this.#name = name;
    this.#guard = spawn('sh', ['-c', GUARD, 'sh', folder, name, ...args], { stdio: 'pipe', env: serverEnv, detached: true });
    const hear = (chunk: Buffer): void => {
      this.#said = (this.#said + chunk.toString()).slice(-LAST_WORDS);
    };
    this.#guard.stdout?.on('data', hear);
    this.#guard.stderr?.on('data', hear);
    this.#exited = new Promise((resolve) => {
      this.#guard.once('exit', () => resolve());
      this.#guard.once('error', (error) => {
        this.#said += error.message;
        resolve();
      });
    });
  }

  get #running(): boolean {
    return this.#guard.pid !== undefined && this.#guard.exitCode === null && this.#guard.signalCode === null;
  }

  /** Tries until it answers, or is dead. */
  async ready<T>(probe: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        return await probe();
      } catch (error) {
        if (!this.#running || performance.now() > deadline)
          throw new Error(`${this.#name} did not come up: ${String(error)}\n${this.#said}`);
        await Promise.race([pause(25), this.#exited]);
      }
    }
  }

  async stop(): Promise<void> {
    this.#guard.stdin?.end();
    await this.#exited;
  }
}
