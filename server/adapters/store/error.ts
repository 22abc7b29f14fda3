/** What went wrong with the database, in words for people. */
import type { FatalError } from '#server/runtime/ports.ts';

/** What, where, and what to do. Never carries a password. */
export class StoreError extends Error {
  readonly what: string;
  readonly where: string;
  readonly remedy: string;

  constructor(what: string, where: string, remedy: string, cause?: unknown) {
    super(`${what} (${where}): ${remedy}`, cause === undefined ? {} : { cause });
    this.name = 'StoreError';
    this.what = what;
    this.where = where;
    this.remedy = remedy;
  }
}

/** Another program goes on with our journal: trying again can not help. */
export const takenJournal = (what: string, where: string, remedy: string): StoreError & FatalError =>
  Object.assign(new StoreError(what, where, remedy), { fatal: true as const });

interface Explanation {
  readonly what: string;
  readonly remedy: string;
}

const LOCKED = /database is locked|SQLITE_BUSY/;

/**
 * SQLite's result codes after which the same handle is not trusted any more: read-only, I/O error, corrupt, no database. A write or
 * a flush that failed may have left pages that the kernel calls clean and the disk does not have; a second try would succeed and lie.
 * Locked (5, 6) and full (13) are told before anything was committed, so the same entries may be tried again.
 */
const FATAL_SQLITE: ReadonlySet<number> = new Set([8, 10, 11, 26]);
const PRIMARY = 0xff;

/** Another program has the file. */
export const isLocked = (error: unknown): boolean => error instanceof Error && LOCKED.test(error.message);

const SQLITE: readonly (readonly [RegExp, Explanation])[] = [
  [LOCKED, { what: 'the database is locked by another process', remedy: 'stop the other program that has it open' }],
  [
    /unable to open database file|ENOENT|ENOTDIR|EEXIST/,
    { what: 'the database file can not be opened', remedy: 'check that the folder exists and is writable' },
  ],
  [/readonly database|EACCES|EROFS/, { what: 'the database file can not be written', remedy: 'check its owner and permissions' }],
  [
    /file is not a database|malformed/,
    { what: 'the file is not a sound SQLite database', remedy: 'restore it from a backup, or move it away to begin anew' },
  ],
  [/disk is full|ENOSPC/, { what: 'the disk is full', remedy: 'free some space; nothing opens until the journal can be written' }],
  [/disk I\/O error/, { what: 'the disk fails', remedy: 'check the disk; a start reads what of the journal is there' }],
];

const MYSQL: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: { what: 'the database server does not answer', remedy: 'start it, or correct DATABASE_URL' },
  ENOTFOUND: { what: "the database server's name is not known", remedy: 'correct the host in DATABASE_URL' },
  EAI_AGAIN: { what: "the database server's name can not be looked up", remedy: 'check the network, or correct the host in DATABASE_URL' },
  EHOSTUNREACH: { what: 'the database server can not be reached', remedy: 'check the network and the host in DATABASE_URL' },
  ETIMEDOUT: { what: 'the database server does not answer in time', remedy: 'check the network and the server' },
  ER_ACCESS_DENIED_ERROR: { what: 'the database refuses the user or the password', remedy: 'correct them in DATABASE_URL' },
  ER_DBACCESS_DENIED_ERROR: { what: 'the user may not use this database', remedy: 'grant the user all rights on it' },
  ER_BAD_DB_ERROR: {
    what: 'the database does not exist',
    remedy: 'create it: CREATE DATABASE name CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  },
  ER_CON_COUNT_ERROR: { what: 'the database server has too many connections', remedy: 'close some, or raise max_connections' },
  ER_NET_PACKET_TOO_LARGE: { what: 'one row is larger than the database server takes', remedy: 'raise max_allowed_packet on the server' },
  ER_RECORD_FILE_FULL: {
    what: "the database server's disk is full",
    remedy: 'free some space; nothing opens until the journal can be written',
  },
  ER_LOCK_WAIT_TIMEOUT: { what: 'the rows are locked by another program', remedy: 'stop the other program that writes to this database' },
};

const LOST: Explanation = { what: 'the connection to the database was lost', remedy: 'nothing: it is opened again' };
const LOST_CODES = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ER_CONNECTION_KILLED', 'ER_SERVER_SHUTDOWN']);

const UNKNOWN: Explanation = { what: 'the database failed', remedy: 'look at the cause, then run "tradar doctor"' };

/** drizzle wraps what the driver threw, and tells the whole query: the cause at the bottom says more in fewer words. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error;
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code);

/** The connection died; another one may work. */
export const isLost = (error: unknown): boolean => LOST_CODES.has(codeOf(rootOf(error)));

/** Makes a StoreError of whatever a driver threw. */
export function explain(error: unknown, where: string): StoreError {
  if (error instanceof StoreError) return error;
  const root = rootOf(error);
  const text = root instanceof Error ? root.message : String(root);
  const code = codeOf(root);
  const known = isLost(root) ? LOST : (MYSQL[code] ?? SQLITE.find(([pattern]) => pattern.test(`${code} ${text}`))?.[1]);
  const { what, remedy } = known ?? { ...UNKNOWN, what: `${UNKNOWN.what}: ${text}` };
  const explained = new StoreError(what, where, remedy, root);
  const result = (root as { errcode?: unknown } | null)?.errcode;
  const isFatal = typeof result === 'number' && FATAL_SQLITE.has(result & PRIMARY);
  return isFatal ? Object.assign(explained, { fatal: true as const }) : explained;
}
