/** What has to hold before any test runs: format and lint, types, dead code. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;

export interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

export interface CheckResult {
  readonly check: Check;
  readonly ok: boolean;
  /** Both of its streams, as they came. */
  readonly output: string;
  readonly seconds: number;
}

export const CHECKS: readonly Check[] = [
  { name: 'format and lint', program: 'biome', args: ['ci', '--error-on-warnings'] },
  { name: 'types', program: 'tsc', args: ['--noEmit'] },
  { name: 'dead code', program: 'knip', args: [] },
];

export const TIDY: Check = { name: 'house rules', program: 'vitest', args: ['run', 'tests/tidy.test.ts'] };

/** All at once: the slowest of them, the compiler, uses one core. In the order given, whichever ends first. */
export const runChecks = (checks: readonly Check[]): Promise<CheckResult[]> => Promise.all(checks.map(runOne));

function runOne(check: Check): Promise<CheckResult> {
  const begunMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<CheckResult>();
  let output = '';
  const finish = (ok: boolean): void => resolve({ check, ok, output, seconds: (performance.now() - begunMs) / 1_000 });
  const child = spawn(join(ROOT, 'node_modules/.bin', check.program), check.args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.on('error', (error) => {
    output += `${check.program}: ${error.message}; \`npm ci\` brings it\n`;
    finish(false);
  });
  child.on('close', (code) => finish(code === 0));
  return promise;
}
