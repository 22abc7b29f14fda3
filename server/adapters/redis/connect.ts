/** A connection to Redis that fails fast instead of waiting, and errors that name the server without its password. */
import type { Redis } from 'ioredis';

const COMMAND_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 3_000;
const LAST_RETRY_MS = 2_000;

/** What is wrong with Redis: what, where, and what to do. */
export class RedisError extends Error {
  readonly what: string;
  readonly where: string;
  readonly remedy: string;

  constructor(what: string, where: string, remedy: string, cause?: unknown) {
    super(`${what} (${where}): ${remedy}`, cause === undefined ? {} : { cause });
    this.name = 'RedisError';
    this.what = what;
    this.where = where;
    this.remedy = remedy;
  }
}

/** "redis://host:6379/0": without user and password. */
export function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol)) {
    throw new RedisError('the Redis URL can not be read', 'REDIS_URL', 'write it as redis://user:password@host:6379/0');
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

const KNOWN: readonly (readonly [RegExp, string, string])[] = [
  [/NOAUTH/, 'Redis asks for a password', 'put it into REDIS_URL: redis://user:password@host:6379/0'],
  [/WRONGPASS|invalid password/i, 'Redis refuses the user or the password', 'correct them in REDIS_URL'],
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/, 'Redis does not answer', 'start it, or correct REDIS_URL'],
  [/ENOTFOUND|EAI_AGAIN/, "the Redis server's name is not known", 'correct the host in REDIS_URL'],
  [/ETIMEDOUT|timed out/i, 'Redis does not answer in time', 'check the network and the server'],
  [/DB index|invalid DB/i, 'Redis has no database of that number', 'correct the number at the end of REDIS_URL'],
  [/READONLY/, 'this Redis is a read-only replica', 'let REDIS_URL name the primary'],
  [/Connection is closed|ECONNRESET|Stream isn't writeable/, 'the connection to Redis was lost', 'check that the server runs'],
];

/** Makes a RedisError of whatever the client threw; a server's own words never repeat our password. */
export function explain(error: unknown, where: string): RedisError {
  if (error instanceof RedisError) return error;
  const text = error instanceof Error ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}` : String(error);
  const known = KNOWN.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return new RedisError(known[1], where, known[2], error);
  return new RedisError(`Redis failed: ${text.trim()}`, where, 'look at the cause, then run "tradar doctor"', error);
}

export interface Connected {
  readonly redis: Redis;
  readonly where: string;
}

/** Connected and asked once, or a RedisError; ioredis is loaded here and not before. `reconnect` keeps trying when it is lost later. */
export async function connectRedis(url: string, { reconnect }: { readonly reconnect: boolean }): Promise<Connected> {
  const where = placeOf(url);
  const { Redis } = await import('ioredis');
  let isUp = false;
  let firstError: unknown;
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => (reconnect && isUp ? Math.min(attempt * 50, LAST_RETRY_MS) : null),
  });
  // Without a listener ioredis prints; what matters of it comes back from the commands.
  redis.on('error', (error) => {
    firstError ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
    // A refused database number is only emitted; the connection would go on with number 0.
    if (firstError !== undefined) throw firstError;
    isUp = true;
    return { redis, where };
  } catch (error) {
    redis.disconnect();
    throw explain(firstError ?? error, where);
  }
}
