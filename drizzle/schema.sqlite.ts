/** The tables as drizzle-kit wants them, to write the migrations for sqlite. */
import { sqliteKit } from './kit.ts';
import { tables } from './schema.ts';

export const { runs, journal, orders, fills, signals, decisions, halts, equity, snapshots, bars } = tables(sqliteKit);
