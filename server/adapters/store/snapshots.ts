/** The newest snapshots of a run; older ones are forgotten. */
import { desc, eq } from '#drizzle/query.ts';
import type { Archive, Snapshot } from '#server/runtime/records.ts';
import type { Driver } from './driver.ts';

const KEPT = 3;

export function snapshotsOf(driver: Driver, run: string): Pick<Archive, 'latestSnapshot' | 'saveSnapshot'> {
  const { snapshots } = driver.tables;
  const mine = eq(snapshots.run, run);
  return {
    async latestSnapshot(): Promise<Snapshot | undefined> {
      const columns = { seq: snapshots.seq, text: snapshots.text };
      const [row] = await driver.read((from) => from.select(columns).from(snapshots).where(mine).orderBy(desc(snapshots.seq)).limit(1));
      return row;
    },
    async saveSnapshot({ seq, text }: Snapshot) {
      const rows = await driver.read((from) => from.select({ seq: snapshots.seq }).from(snapshots).where(mine));
      const newestFirst = [...new Set([seq, ...rows.map((row) => row.seq)])].sort((a, b) => b - a);
      const oldest = newestFirst.slice(0, KEPT).at(-1) ?? seq;
      const forget = { text: 'DELETE FROM snapshots WHERE run = ? AND seq < ?', values: [run, oldest] };
      await driver.write([{ table: 'snapshots', whenThere: 'update', rows: [[run, seq, text]] }], [forget]);
    },
  };
}
