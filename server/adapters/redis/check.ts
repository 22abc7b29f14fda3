/** Whether Redis answers, for "tradar doctor". */
import { connectRedis, explain } from './connect.ts';

export interface RedisCheck {
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

/** Below this the server lacks commands that the lease or the queue need. */
const OLDEST_MAJOR = 6;

export async function checkRedis(url: string): Promise<RedisCheck> {
  try {
    const { redis, where } = await connectRedis(url, { reconnect: false });
    try {
      const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'of unknown version';
      if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
        return { ok: false, detail: `Redis ${version} at ${where} is too old`, remedy: `update it to ${OLDEST_MAJOR} or later` };
      }
      return { ok: true, detail: `Redis ${version} at ${where}` };
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    const { what, where, remedy } = explain(error, 'REDIS_URL');
    return { ok: false, detail: `${what} (${where})`, remedy };
  }
}
