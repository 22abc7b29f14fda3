/**
 * Market time. In the demo it is the exchange's: read every few seconds, carried on in between at the exchange's speed, pushed
 * forward by bars (it may jump over idle hours), never back. In paper and live it is the wall's, and the broker's clock is
 * only compared with it.
 */
import { type Instant, instant } from '#server/domain/time.ts';
import type { Clock, Log } from '#server/runtime/ports.ts';
import type { AlpacaClient } from './client.ts';
import { ClockReading } from './market-schema.ts';
import { createReader } from './schema.ts';

export interface MarketClock extends Clock {
  /** Resolves when the broker's clock was read once. */
  start(): Promise<void>;
  stop(): void;
  /** Market seconds a wall second; 0 while the exchange is paused. */
  speed(): number;
  /** Something happened at this instant, so it is at least that late. */
  observe(at: Instant): void;
  /** The books are at this instant already: what is said from now on is not earlier, and goes on from there. */
  resume(at: Instant): void;
  /** Ours minus the broker's, when it was last read; nothing before. */
  skewMs(): number | undefined;
}

export interface ClockOptions {
  readonly client: AlpacaClient;
  readonly log: Log;
  readonly resyncEveryMs?: number;
  /** Milliseconds of the wall: monotonic for the market's clock, since the epoch for the wall's. */
  readonly wall?: () => number;
  /** Milliseconds that nobody can set: how long it is since something was. */
  readonly steady?: () => number;
}

interface Reading {
  /** Estimated for the moment at which the reply was there. */
  readonly at: number;
  readonly speed: number;
}

const RESYNC_EVERY_MS = 3_000;
/** A longer round trip tells more about the queue than about the way. */
const LONGEST_BELIEVED_TRIP_MS = 2_000;

function speedOf(headers: Headers): number {
  const text = headers.get('x-market-speed');
  const speed = text === null ? 1 : Number(text);
  return Number.isFinite(speed) && speed >= 0 ? speed : 1;
}

/** Asks the broker what time it is; an Error in words when it does not say. */
export async function readBrokerClock(client: AlpacaClient, log: Log, wall: () => number): Promise<Reading> {
  const sentAt = wall();
  const answer = await client.read('poll', (alpaca) => alpaca.trading.clock.legacyClockRaw());
  const tripMs = wall() - sentAt;
  if (answer.kind !== 'ok') throw new Error(`the broker's clock at ${client.origins.trading} does not answer: ${answer.text}`);
  const reading = createReader(log).read('clock', ClockReading, answer.body);
  if (reading === undefined) throw new Error(`the broker's clock at ${client.origins.trading} can not be read`);
  const speed = speedOf(answer.headers);
  return { at: reading.timestamp + (tripMs < LONGEST_BELIEVED_TRIP_MS ? (tripMs / 2) * speed : 0), speed };
}

/** Reads the broker's clock now, and again and again; the first failure is the caller's, later ones are logged. */
function keepReading({ client, log, resyncEveryMs = RESYNC_EVERY_MS }: ClockOptions, wall: () => number, take: (reading: Reading) => void) {
  let timer: NodeJS.Timeout | undefined;
  const again = (): void => {
    timer = setTimeout(() => {
      readBrokerClock(client, log, wall)
        .then(take, (error: unknown) => log.debug({ err: error }, 'the clock was not read'))
        .finally(() => timer !== undefined && again());
    }, resyncEveryMs).unref();
  };
  return {
    start: async (): Promise<void> => {
      take(await readBrokerClock(client, log, wall));
      again();
    },
    stop: (): void => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** The demo's clock. Ask it only after `start` has resolved. */
export function marketClock(options: ClockOptions): MarketClock {
  const wall = options.wall ?? (() => performance.now());
  let base = Number.NaN;
  let since = 0;
  let speed = 1;
  let latest = 0;
  let skew: number | undefined;

  const now = (): Instant => {
    const at = Math.floor(base + (wall() - since) * speed);
    if (Number.isNaN(at)) throw new Error('the market clock was asked before it was set; await its start first');
    latest = Math.max(latest, at);
    return instant(latest);
  };
  const set = (at: number): void => {
    base = at;
    since = wall();
  };
  const take = (reading: Reading): void => {
    speed = reading.speed;
    set(reading.at);
    // It follows the exchange's: what is left is how far it had run ahead, as a wall would count it.
    skew = (now() - reading.at) / Math.max(speed, 1);
  };
  return {
    now,
    ...keepReading(options, wall, take),
    speed: () => speed,
    observe: (at) => {
      if (at > now()) set(at);
    },
    // The exchange's clock is not set back: what it says is what the next entry has.
    resume: () => undefined,
    skewMs: () => skew,
  };
}

/** Of what passes while the wall's clock is behind what was said. */
const PACE_WHILE_BEHIND = 1 / 2;

/**
 * The wall's clock. When it was set back, ours neither goes back nor stands still, since both would make what comes later look as old as what
 * was before: it goes on at half the pace until the wall's has caught up.
 */
export function wallClock(options: ClockOptions): MarketClock {
  const wall = options.wall ?? Date.now;
  const steady = options.steady ?? (() => performance.now());
  let latest = 0;
  let saidAt = steady();
  let skew: number | undefined;
  return {
    now: () => {
      const at = steady();
      latest = Math.max(wall(), latest + (at - saidAt) * PACE_WHILE_BEHIND);
      saidAt = at;
      return instant(Math.floor(latest));
    },
    ...keepReading(options, wall, ({ at }) => {
      skew = wall() - at;
    }),
    speed: () => 1,
    observe: () => undefined,
    resume: (at) => {
      latest = Math.max(latest, at);
      saidAt = steady();
    },
    skewMs: () => skew,
  };
}
