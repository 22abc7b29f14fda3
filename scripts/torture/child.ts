/** Processes of our own: each known by its handle, ended by it, and none of them left when we are. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

const ROOT = new URL('../../', import.meta.url).pathname;
const KEPT_CHARACTERS = 1_000_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class Child {
  readonly #process: ChildProcess;
  readonly exited: Promise<Exit>;
  #said = '';

  /** In a group of its own: a Ctrl-C at the terminal reaches us, and it by way of us. */
  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(program, args, {
      ...{ cwd: ROOT, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const hear = (chunk: Buffer): void => {
      this.#said = (this.#said + chunk.toString()).slice(-KEPT_CHARACTERS);
    };
    this.#process.stdout?.on('data', hear);
    this.#process.stderr?.on('data', hear);
    this.exited = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => resolve({ code, signal }));
      this.#process.once('error', () => resolve({ code: null, signal: null }));
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The end of what it printed. */
  get said(): string {
    return this.#said;
  }

  get running(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    if (this.running) this.#process.kill(name);
  }

  async kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return await this.exited;
  }

  /** Stopped for a while, as a laptop that sleeps. */
  async freeze(ms: number): Promise<void> {
    this.signal('SIGSTOP');
    await pause(ms);
    this.signal('SIGCONT');
  }
}

/** All children that were ever started, so that an end by surprise takes them along. */
export class Brood {
  readonly #children = new Set<Child>();
  #isOver = false;

  /** `tradar ARGS`, with nothing of our own environment. */
  tradar(args: readonly string[], env: NodeJS.ProcessEnv): Child {
    return this.start(process.execPath, ['scripts/tradar.ts', ...args], env);
  }

  start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Child {
    if (this.#isOver) throw new Error(`${program} is not started any more: the run is over`);
    const child = new Child(program, args, env);
    this.#children.add(child);
    void child.exited.then(() => this.#children.delete(child));
    return child;
  }

  /** Does not wait: for the last moment of a process. */
  killAll(): void {
    this.#isOver = true;
    for (const child of this.#children) child.signal('SIGKILL');
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#children].map((child) => child.kill()));
  }
}
