/**
 * Ends a process that has used more time of the processor than it may: one in an endless loop. Time of the clock would say that of each
 * process beside much other work.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';

export interface ProcessorLimit {
  readonly wasReached: boolean;
  /** To be called when the process has done what it was started for. */
  lift(): void;
}

const LOOK_AGAIN_MS = 1_000;

/** "1:02:03" or "2:03.45" are hours, minutes and seconds. */
export const secondsIn = (time: string): number =>
  time
    .trim()
    .split(':')
    .reduce((sum, part) => 60 * sum + Number(part), 0);

/** Of the process that writes its number into the file. */
export function limitProcessor(processFile: string, seconds: number): ProcessorLimit {
  let wasReached = false;
  rmSync(processFile, { force: true });
  const timer = setInterval(() => {
    if (!existsSync(processFile)) return;
    const pid = readFileSync(processFile, 'utf8');
    const { status, stdout } = spawnSync('ps', ['-o', 'time=', '-p', pid], { encoding: 'utf8' });
    if (status !== 0 || !(secondsIn(stdout) > seconds)) return;
    wasReached = true;
    clearInterval(timer);
    process.kill(Number(pid), 'SIGKILL');
  }, LOOK_AGAIN_MS);
  return {
    get wasReached() {
      return wasReached;
    },
    lift: () => clearInterval(timer),
  };
}
