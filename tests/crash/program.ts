/** A process that simulates days with crashes and nothing else: it replaces its own globals first, then loads the product. */
import { DatabaseSync } from 'node:sqlite';
import { Chance } from '#tests/simulation/machine/chance.ts';
import { type Ground, installGlobals } from '#tests/simulation/machine/globals.ts';
import { VirtualTime } from '#tests/simulation/machine/virtual-time.ts';
import type { CrashJob } from './crash-day.ts';

const inRealTime = setImmediate;
const FILE = 'file:/crashed?vfs=memdb';
const watch = process.argv.includes('--watch') ? console.log : undefined;

const ground: Ground = { time: new VirtualTime(0), chance: new Chance(0, 'ambient'), onRejection: () => undefined };
process.on('unhandledRejection', (reason) => ground.onRejection(reason));
installGlobals(ground);
const { runCrashDay } = await import('./crash-day.ts');
const { openSqlite } = await import('#server/adapters/store/sqlite.ts');

const keeper = new DatabaseSync(FILE);
await openSqlite(FILE).driver.close();
const tables = keeper.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migrations'").all();
const empty = tables.map(({ name }) => `DELETE FROM "${name}"`).join(';');

process.on('message', (job: CrashJob) => {
  // Not within a promise: what promises have waiting is done between two events of the day.
  inRealTime(() => {
    keeper.exec(empty);
    process.send?.(runCrashDay(job, ground, FILE, watch));
  });
});
process.on('disconnect', () => {
  process.exit(0);
});
process.send?.('ready');
