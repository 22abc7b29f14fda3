/** Puts a stage together in a folder of its own, and takes it down again without leaving anything. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingPrograms } from '#scripts/test/programs.ts';
import { freePort } from '#scripts/test/server-process.ts';
import { Audit } from './audit.ts';
import { Brood } from './child.ts';
import { DaemonSide } from './daemon.ts';
import { type Database, mariaDatabase, sqliteDatabase } from './database.ts';
import { ExchangeSide } from './exchange.ts';
import { LatchWatch } from './latch-watch.ts';
import type { DatabaseKind } from './options.ts';
import { configuration } from './plan.ts';
import { Story } from './story.ts';
import type { World } from './world.ts';

export interface Stage {
  readonly world: World;
  readonly folder: string;
  /** For the last moment of a process: does not wait. */
  killAll(): void;
  /** Ends every process; the folder goes, unless it is to be looked at. */
  close(keep: boolean): Promise<void>;
}

export async function setStage(seed: number, kind: DatabaseKind | undefined): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'tradar-torture-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const brood = new Brood();
  const [port, controlPort] = [await freePort(), await freePort()];
  const exchange = new ExchangeSide({ brood, stateFolder: join(folder, 'exchange'), seed, port, controlPort });
  const configFile = join(folder, 'tradar.json');
  writeFileSync(configFile, JSON.stringify(configuration(exchange.url)));
  const database = await databaseFor(kind ?? ownChoice(seed), brood, folder, home);
  const daemon = new DaemonSide({ brood, home, configFile, databaseUrl: database.url });
  const world: World = {
    ...{ exchange, daemon, database },
    audit: new Audit({ home, databaseUrl: database.url }, exchange),
    latch: new LatchWatch(daemon),
    story: new Story(),
    tally: {
      ...{ kills: 0, killsInStart: 0, killsWithOrder: 0, killsWithoutDatabase: 0, recoveries: 0, longestRecoveryMs: 0, refusedStarts: 0 },
      disasters: new Map(),
      faults: new Map(),
    },
  };
  return {
    world,
    folder,
    killAll: () => brood.killAll(),
    close: async (keep) => {
      await brood.end();
      await database.close();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

const SERVER_PROGRAMS: readonly string[] = ['mariadbd', 'mariadb-install-db'];

/** Every other seed has a server, where there is one to be had. */
const ownChoice = (seed: number): DatabaseKind => (seed % 2 === 0 && missing().length === 0 ? 'mysql' : 'sqlite');

const missing = (): string[] => missingPrograms().filter((program) => SERVER_PROGRAMS.includes(program));

async function databaseFor(kind: DatabaseKind, brood: Brood, folder: string, home: string): Promise<Database> {
  if (kind === 'sqlite') return sqliteDatabase(home);
  if (missing().length > 0)
    throw new Error(`--database mysql needs ${missing().join(' and ')}; npm test installs or names what is missing`);
  const place = join(folder, 'mariadb');
  mkdirSync(place);
  return await mariaDatabase(brood, place, await freePort());
}
