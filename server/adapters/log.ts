/** The log: one JSON line each, to stderr or to a file, with everything that smells of a secret taken out. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, type LoggerOptions, pino } from 'pino';
import type { Log } from '#server/runtime/ports.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Absent: stderr. */
  readonly file?: string;
}

const ROTATE_AT_BYTES = 10 * 1024 * 1024;
/** So much waits for a disk that takes nothing. */
const KEPT_BYTES = 1024 * 1024;
const OWNER_ONLY = 0o600;
const FOLDER_OWNER_ONLY = 0o700;

const SECRET_NAMES = [
  'key',
  'keys',
  'keyId',
  'secretKey',
  'authorization',
  'Authorization',
  'secret',
  'password',
  'token',
  'databaseUrl',
  'redisUrl',
  'APCA-API-KEY-ID',
  'APCA-API-SECRET-KEY',
];
const quoted = SECRET_NAMES.map((name) => `["${name}"]`);
/** pino's paths have no "at any depth"; three levels are deeper than our facts go. */
const REDACTED = [...quoted, ...quoted.map((name) => `*${name}`), ...quoted.map((name) => `*.*${name}`)];

/** user:password@ in a URL that got into a message of somebody else's library. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/"']*@/gi;

export function createLog({ level, file }: LogOptions): Log {
  if (file !== undefined) makeRoom(file);
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: () => `,"at":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED, censor: '***' },
    hooks: { streamWrite: (line) => line.replace(CREDENTIALS, '$1***@') },
  };
  // Synchronous: the last line before a crash is the one that is needed, and we log little.
  const stream = destination({
    ...(file === undefined ? { dest: 2 } : { dest: file, mode: OWNER_ONLY }),
    sync: true,
    maxLength: KEPT_BYTES,
  });
  // A disk that is full must not stop the trading: lines wait for the next one, the newest are dropped where they are too many.
  stream.on('error', () => undefined);
  return pino(options, stream);
}

/** One old file is kept, so that a daemon that runs for years fills no disk. */
function makeRoom(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: FOLDER_OWNER_ONLY });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_AT_BYTES) renameSync(file, `${file}.1`);
}
