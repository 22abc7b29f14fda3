/** `tradar exchange` as a process of its own, for tests of other verbs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ServedExchange extends AsyncDisposable {
  readonly url: string;
  signal(name: NodeJS.Signals): void;
  /** A call of the control endpoint. */
  control(path: string, body: unknown, method?: string): Promise<unknown>;
}

export async function servedExchange(args: readonly string[]): Promise<ServedExchange> {
  const child: ChildProcess = spawn(process.execPath, ['scripts/tradar.ts', 'exchange', '--json', '--port', '0', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const line = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stdout! }).once('line', done);
    child.once('exit', (code) => fail(new Error(`it ended with ${code} before it served`)));
  });
  const { url, controlUrl } = JSON.parse(line) as { url: string; controlUrl: string };
  return {
    url,
    signal: (name) => void child.kill(name),
    control: async (path, body, method = 'POST') => (await fetch(controlUrl + path, { method, body: JSON.stringify(body) })).json(),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
