/**
 * A process that simulates days and nothing else: it replaces its own globals first, then loads the product. Told by its parent
 * which seeds to run, it answers with one result each.
 */
import { DatabaseSync } from 'node:sqlite';
import { Chance } from './machine/chance.ts';
import { type Ground, installGlobals } from './machine/globals.ts';
import { VirtualTime } from './machine/virtual-time.ts';

export interface Job {
  readonly seed: number;
  readonly without: readonly number[];
  readonly isWatched: boolean;
}

const inRealTime = setImmediate;
/** In memory, and shared by all connections of this process: what was committed survives them, while one is open. */
const FILE = 'file:/simulated?vfs=memdb';

// Nobody reads where an expected refusal was made.
Error.stackTraceLimit = 4;
const ground: Ground = { time: new VirtualTime(0), chance: new Chance(0, 'ambient'), onRejection: () => undefined };
process.on('unhandledRejection', (reason) => ground.onRejection(reason));
installGlobals(ground);
const { runDay } = await import('./day.ts');
const { openSqlite } = await import('#server/adapters/store/sqlite.ts');

const keeper = new DatabaseSync(FILE);
await openSqlite(FILE).driver.close();
const tables = keeper.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migrations'").all();
const empty = tables.map(({ name }) => `DELETE FROM "${name}"`).join(';');

process.on('message', ({ seed, without, isWatched }: Job) => {
  // Not within a promise: what promises have waiting is done between two events of the day.
  inRealTime(() => {
    keeper.exec(empty);
    const result = runDay(seed, { ground, file: FILE, without: new Set(without), watch: isWatched ? console.log : undefined });
    process.send?.(result);
  });
});
process.on('disconnect', () => {
  process.exit(0);
});
process.send?.('ready');
