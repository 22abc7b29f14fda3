/** What `npm run torture -- …` was asked for. */
import { parseArgs } from 'node:util';

export const USAGE = `npm run torture -- [--kills N] [--seconds S] [--seed S] [--database sqlite|mysql] [--keep] [--json]

The real daemon against the real exchange server, two processes over loopback, killed at random moments and worse; after each
recovery and at the end its books are held against the exchange's truth, to the nano-dollar.

  --kills N      kill -9 that many times (default 300)
  --seconds S    begin nothing new after so long (default 1800)
  --seed S       what happens, and when it is tried; the processes' own timing is not repeated (default: by the clock)
  --database D   the journal on SQLite or on a MariaDB of its own, killed and restarted with the rest (default: by the seed)
  --keep         leave the folder with journal, exchange and configuration, and say where it is
  --json         the result as one line of JSON on stdout

Exit: 0 nothing was lost, doubled or left unreconciled; 1 something was, and its story is told; 2 wrong usage.
`;

export type DatabaseKind = 'sqlite' | 'mysql';

export interface Options {
  readonly kills: number;
  readonly seconds: number;
  readonly seed: number;
  /** Nothing: by the seed. */
  readonly database: DatabaseKind | undefined;
  readonly keep: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

const LARGEST_SEED = 2_147_483_647;

export class UsageError extends Error {}

/** Throws a UsageError that says what is wrong. */
export function readOptions(args: readonly string[], nowMs: number): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const known = { kills: text, seconds: text, seed: text, database: text, keep: flag, json: flag, help: flag };
  const { values } = parse(() => parseArgs({ args: [...args], options: known }));
  return {
    kills: whole('kills', values.kills, 300, 1),
    seconds: whole('seconds', values.seconds, 1_800, 1),
    seed: whole('seed', values.seed, Math.floor(nowMs / 1_000) % LARGEST_SEED, 0),
    database: databaseOf(values.database),
    keep: values.keep === true,
    json: values.json === true,
    help: values.help === true,
  };
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(name: string, text: string | undefined, usual: number, least: number): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value >= least && value <= LARGEST_SEED) return value;
  throw new UsageError(`--${name} ${text}: give a whole number from ${least} to ${LARGEST_SEED}`);
}

function databaseOf(text: string | undefined): DatabaseKind | undefined {
  if (text === undefined || text === 'sqlite' || text === 'mysql') return text;
  throw new UsageError(`--database ${text}: give sqlite or mysql`);
}
