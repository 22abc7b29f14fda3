/** `npm test`: everything that has to be green, servers included. Nothing is skipped in silence. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments } from './test/arguments.ts';
import { CHECKS, runChecks } from './test/checks.ts';
import { installCommand, installPackages, mayInstall } from './test/install.ts';
import { keepResults } from './test/last-results.ts';
import { missingPrograms, packagesOf } from './test/programs.ts';
import { type Counts, readCounts } from './test/report.ts';

const USAGE = `npm test                       checks (format and lint, types, dead code), then all tests
npm test -- [FOLDER | FILE …]  only these tests, without the checks
    -t, --testNamePattern TEXT only tests of that name
    --project pure | servers   only those that need no server, or only those that do
    --bail N                   stop after N failed tests
    -u, --update               write snapshots anew
    -h, --help                 this page

The store and end-to-end tests start a throw-away MariaDB and Redis of their own on free loopback ports. When the programs are
missing, they are installed (Debian, as root) or what to install is said. The last line is "N passed, N failed", where a check
that fails counts as one failed. Exit: 0 all green, 1 something failed, 2 wrong usage.
`;

const ROOT = new URL('../', import.meta.url).pathname;
const BIN = join(ROOT, 'node_modules/.bin');

function run(program: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(join(BIN, program), args, { cwd: ROOT, stdio: 'inherit' });
  if (error !== undefined) process.stderr.write(`${program}: ${error.message}; \`npm ci\` brings it\n`);
  return status === 0;
}

function serversAreThere(): boolean {
  const missing = missingPrograms();
  if (missing.length === 0) return true;
  const packages = packagesOf(missing);
  if (!mayInstall()) {
    process.stderr.write(`npm test needs ${missing.join(', ')}. On Debian, as root:\n\n  ${installCommand(packages)}\n\n`);
    return false;
  }
  console.log(`installing ${packages.join(', ')}, no service is started`);
  if (!installPackages(packages)) return false;
  const still = missingPrograms();
  if (still.length > 0) process.stderr.write(`${packages.join(', ')} installed, yet ${still.join(', ')} can not be found\n`);
  return still.length === 0;
}

function commitOf(folder: string): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'no commit';
}

function runVitest(args: readonly string[]): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'tradar-test-'));
  const report = join(folder, 'report.json');
  try {
    const green = run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args]);
    const counts = readCounts(() => readFileSync(report, 'utf8'), green);
    if (counts.files !== undefined)
      keepResults(ROOT, readFileSync(report, 'utf8'), { at: new Date().toISOString(), commit: commitOf(ROOT) });
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function complain(text: string): number {
  process.stderr.write(`${text}\n\n${USAGE}`);
  return 2;
}

/** Names of those that failed; what they said is printed. */
async function failingChecks(): Promise<string[]> {
  const failing = (await runChecks(CHECKS)).filter(({ ok }) => !ok);
  for (const { output } of failing) process.stdout.write(output);
  return failing.map(({ check }) => check.name);
}

async function main(args: readonly string[]): Promise<number> {
  const wanted = parseArguments(args);
  if (typeof wanted === 'string') return complain(wanted);
  if (wanted.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { forVitest } = wanted;
  if (!serversAreThere()) {
    console.log('0 passed, 1 failed');
    return 1;
  }
  const failing = forVitest.length > 0 ? [] : await failingChecks();
  const counts = runVitest(forVitest);
  if (counts.files === 0 && forVitest.length > 0) return complain(`no test file is meant by: ${forVitest.join(' ')}`);
  for (const name of failing) console.log(`${name}: failed`);
  if (counts.skipped > 0) console.log(`${counts.skipped} skipped by the arguments or in the files`);
  const failed = counts.failed + failing.length;
  console.log(`${counts.passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
