/** Finds the run of a mode and account, or begins one. */
import { and, desc, eq } from '#drizzle/query.ts';
import type { RunId } from '#server/domain/ids.ts';
import { SECOND_MS } from '#server/domain/time.ts';
import type { Driver } from './driver.ts';

export interface RunOptions {
  /** Runs of one mode and account go on where they were. */
  readonly mode: string;
  readonly account: string;
  /** Wall-clock milliseconds: names a new run. */
  readonly nowMs: number;
}

async function latestRun({ read, tables: { runs } }: Driver, { mode, account }: RunOptions): Promise<RunId | undefined> {
  const mine = and(eq(runs.mode, mode), eq(runs.account, account));
  const [latest] = await read((from) => from.select({ id: runs.id }).from(runs).where(mine).orderBy(desc(runs.createdAt)).limit(1));
  return latest?.id as RunId | undefined;
}

async function isTaken({ read, tables: { runs } }: Driver, id: RunId): Promise<boolean> {
  const rows = await read((from) => from.select({ id: runs.id }).from(runs).where(eq(runs.id, id)));
  return rows.length > 0;
}

/** The id is the second it began in; when that is taken, the next that is free. */
export async function runFor(driver: Driver, options: RunOptions): Promise<RunId> {
  for (let { nowMs } = options; ; nowMs += SECOND_MS) {
    const mine = await latestRun(driver, options);
    if (mine !== undefined) return mine;
    const id = `r${Math.floor(nowMs / SECOND_MS).toString(36)}` as RunId;
    if (await isTaken(driver, id)) continue;
    try {
      await driver.write([{ table: 'runs', whenThere: 'refuse', rows: [[id, options.mode, options.account, nowMs]] }]);
      return id;
    } catch (error) {
      // Another process may have taken it between the look and the write.
      if (!(await isTaken(driver, id))) throw error;
    }
  }
}
