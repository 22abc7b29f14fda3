/**
 * The leader's lease: one daemon per account, wherever they run. It is renewed while it is ours; every new holder gets a
 * higher fence. Losing it is told once, and it is never taken back: whoever lost it must stop opening orders.
 *
 * The holder trusts its own monotonic clock and not Redis: a lease that could not be renewed is given up for lost before
 * another can have it.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Lease } from '#server/runtime/ports.ts';
import { connectRedis, explain, RedisError } from './connect.ts';

/** Another has the lease: it may end by itself, all other errors do not. */
export class LeaseHeldError extends RedisError {}

export interface LeaseOptions {
  readonly url: string;
  /** What the lease is for. */
  readonly account: string;
  /** Who we are, for the one who is refused. */
  readonly holder: string;
  readonly ttlMs: number;
  /** Told once, when another has it or it could not be renewed in time. */
  readonly onLost: (reason: string) => void;
}

/** The holder's value is "token holder": the token is ours alone, the rest is for people. */
const ACQUIRE = `
  local holder = redis.call('get', KEYS[1])
  if holder then return {0, holder} end
  local fence = redis.call('incr', KEYS[2])
  redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return {fence, ARGV[1]}`;
const RENEW = `
  local holder = redis.call('get', KEYS[1])
  if holder == ARGV[1] then redis.call('pexpire', KEYS[1], ARGV[2]) end
  return holder`;
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

const RENEWALS_PER_TTL = 3;
/** Given up this part of its time before it ends at the server: clocks differ, and requests under way take time. */
const SAFETY_FRACTION = 0.2;

const nameIn = (value: string): string => value.slice(value.indexOf(' ') + 1);

/** Takes the lease, or throws: another holds it, or Redis does not answer. */
export async function takeRedisLease(options: LeaseOptions): Promise<Lease> {
  const { redis, where } = await connectRedis(options.url, { reconnect: true });
  try {
    const askedAtMs = performance.now();
    const mark = `${randomUUID()} ${options.holder}`;
    const keys = keysOf(options.account);
    const [fence, holder] = (await redis.eval(ACQUIRE, 2, keys.holder, keys.fence, mark, options.ttlMs)) as [number, string];
    if (fence === 0) {
      const remedy = `stop it, or wait ${Math.ceil(options.ttlMs / 1_000)} s if it has just died`;
      throw new LeaseHeldError(`another daemon trades ${options.account}: ${nameIn(holder)}`, where, remedy);
    }
    return new RedisLease({ redis, mark, key: keys.holder, fence, options }, askedAtMs);
  } catch (error) {
    redis.disconnect();
    throw explain(error, where);
  }
}

/** Braces keep both in one slot of a cluster. */
const keysOf = (account: string): { holder: string; fence: string } => ({
  holder: `{tradar:lease:${account}}:holder`,
  fence: `{tradar:lease:${account}}:fence`,
});

interface Held {
  readonly redis: Redis;
  readonly mark: string;
  readonly key: string;
  readonly fence: number;
  readonly options: LeaseOptions;
}

class RedisLease implements Lease {
  readonly #held: Held;
  readonly #renewals: NodeJS.Timeout;
  #deadline: NodeJS.Timeout | undefined;
  #over = false;

  constructor(held: Held, askedAtMs: number) {
    this.#held = held;
    const everyMs = Math.max(1, Math.floor(held.options.ttlMs / RENEWALS_PER_TTL));
    this.#renewals = setInterval(() => void this.#renew(), everyMs);
    this.#postpone(askedAtMs);
  }

  get fence(): number {
    return this.#held.fence;
  }

  async release(): Promise<void> {
    const { redis, key, mark } = this.#held;
    const wasHeld = !this.#over;
    this.#end();
    // When Redis does not answer, the lease ends by itself.
    if (wasHeld) await redis.eval(RELEASE, 1, key, mark).catch(() => undefined);
    redis.disconnect();
  }

  async #renew(): Promise<void> {
    const { redis, key, mark, options } = this.#held;
    const askedAtMs = performance.now();
    let holder: string | null;
    try {
      holder = (await redis.eval(RENEW, 1, key, mark, options.ttlMs)) as string | null;
    } catch {
      return; // The deadline decides; until then the next renewal may succeed.
    }
    if (this.#over) return;
    if (holder === mark) this.#postpone(askedAtMs);
    else this.#lose(holder === null ? 'the lease is gone from Redis' : `another daemon holds the lease: ${nameIn(holder)}`);
  }

  /** Counted from when the renewal was asked for: the server began to count later. */
  #postpone(askedAtMs: number): void {
    clearTimeout(this.#deadline);
    const { ttlMs } = this.#held.options;
    const leftMs = ttlMs * (1 - SAFETY_FRACTION) - (performance.now() - askedAtMs);
    this.#deadline = setTimeout(() => this.#lose(`the lease could not be renewed in Redis within ${ttlMs} ms`), Math.max(0, leftMs));
  }

  #lose(reason: string): void {
    if (this.#over) return;
    this.#end();
    this.#held.redis.disconnect();
    this.#held.options.onLost(reason);
  }

  #end(): void {
    this.#over = true;
    clearInterval(this.#renewals);
    clearTimeout(this.#deadline);
  }
}
