/** A folder that can not be made is told at once: /proc exists and takes nothing in, and a recursive mkdir of Node never ends there. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BARS = 'config/demo-bars/AAPL_2019-02-11_2019-02-15_alphavantage.csv.gz';
const NOWHERE = '/proc/nowhere/at/all';

test.for([
  ['exchange --state', ['exchange', '--random', '--port', '0', '--state', NOWHERE], {}],
  ['backtest --out', ['backtest', '--agent', 'rsi-reversion', '--bars', BARS, '--out', NOWHERE], {}],
  ['sweep --out', ['sweep', '--agent', 'rsi-reversion', '--bars', BARS, '--vary', 'period=5,6', '--out', NOWHERE], {}],
  ['kill', ['kill'], { TRADAR_HOME: NOWHERE }],
  ['migrate', ['migrate'], { TRADAR_HOME: NOWHERE }],
  ['data import', ['data', 'import', BARS], { TRADAR_HOME: NOWHERE }],
] as const)('%s', ([, args, env]) => {
  const ended = spawnSync(process.execPath, ['scripts/tradar.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', TRADAR_HOME: '/tmp', ...env },
    encoding: 'utf8',
    timeout: 20_000,
    // It would be stuck inside of a call: no handler of a milder signal would run.
    killSignal: 'SIGKILL',
  });
  expect({ signal: ended.signal, status: ended.status }).toEqual({ signal: null, status: 1 });
  expect(ended.stderr).toContain('/proc/nowhere');
  expect(ended.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
});
