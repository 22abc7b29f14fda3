/** Simulated days in a tree that may hold a defect, and what its invariants said. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';

export interface SimulationVerdict {
  /** The invariants that were broken, as "INV-16", in the order in which they were found. */
  readonly broken: readonly string[];
  /** How many days it took to its first breach; all of them when there was none. */
  readonly seeds: number;
  /** What went wrong with the simulation itself. */
  readonly failure: string | undefined;
}

const NODE = new URL('../../node_modules/.bin/node', import.meta.url).pathname;
/** A defect may make a day endless. */
const BOUND_MS = 240_000;

/** Stops at the first breach of the invariant, whatever else breaks before, or when it is told to. */
export function simulate(
  folder: string,
  { seeds, invariant }: Pick<Mutant, 'seeds' | 'invariant'>,
  signal: AbortSignal,
): Promise<SimulationVerdict> {
  const args = ['--seeds', String(seeds), '--workers', '1', '--until', invariant, '--json'];
  const child = spawn(NODE, [join(folder, 'tests/simulation/main.ts'), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise, resolve } = Promise.withResolvers<SimulationVerdict>();
  let said = '';
  let complaint = '';
  const stop = (): void => void child.kill('SIGKILL');
  const timer = setTimeout(stop, BOUND_MS);
  signal.addEventListener('abort', stop);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  child.on('close', () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    resolve(verdictOf(said.trimEnd().split('\n').at(-1) ?? '', complaint));
  });
  return promise;
}

interface LastLine {
  readonly seeds: number;
  readonly broken: readonly string[];
}

function verdictOf(line: string, complaint: string): SimulationVerdict {
  try {
    const { seeds, broken } = JSON.parse(line) as LastLine;
    return { seeds, broken: broken.map((name) => name.slice(0, 'INV-nn'.length)), failure: undefined };
  } catch {
    return {
      seeds: 0,
      broken: [],
      failure: complaint === '' || complaint.includes('EPIPE') ? `it did not end within ${BOUND_MS / 1_000} s` : complaint,
    };
  }
}
