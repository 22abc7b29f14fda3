/** Starts a rehearsal beside whatever runs: in a process of its own, with an empty environment, so that it can neither slow a daemon nor reach its account. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { leaveEvidence } from '#server/adapters/evidence.ts';
import type { DrillReport } from '#server/runtime/drill.ts';

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));
const BOUND_MS = 60_000;

const execute = promisify(execFile);

/** Its result is kept in the home, as evidence of this version. */
export async function runDrill({ home, barsFolder, version }: { home: string; barsFolder: string; version: string }): Promise<DrillReport> {
  const { stdout } = await execute(process.execPath, [PROGRAM, barsFolder], { env: {}, timeout: BOUND_MS });
  const report = JSON.parse(stdout) as DrillReport;
  leaveEvidence(home, { kind: 'drill', version, ...report });
  return report;
}
