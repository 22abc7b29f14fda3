/** The real command line as a separate process, on an environment of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  /** What is piped in; nothing: no standard input. */
  readonly input?: string;
  /** No file may grow longer than so many blocks, as on a full disk; without the signal that would end the process. */
  readonly mostBlocks?: number;
}

/** Runs in the package's folder; a home must be given in `env` when the verb touches one. */
export function tradar({ args, env = {}, input, mostBlocks }: CallOptions): Promise<Outcome> {
  const limit = mostBlocks === undefined ? '' : `trap "" XFSZ; ulimit -f ${mostBlocks}; `;
  const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, 'scripts/tradar.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  const text = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...text }));
  });
}
