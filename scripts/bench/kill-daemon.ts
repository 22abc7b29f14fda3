/** The daemon as a user starts it: tripped again and again while it trades as often as it can, with an ear on its wire; and frozen beside its guard. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectDaemon, type Daemon } from '#server/api/client.ts';
import { BARS, CASH, configuration } from '../torture/plan.ts';
import { isSuspended, start, startExchange, until } from './kill-processes.ts';
import { tapBefore } from './kill-tap.ts';

const SPEED = '600';
/** Statements that are asked for one after another come ever less often, until nobody has asked for a moment. */
const REST_MS = 1_200;
const LEVELS = ['halt', 'cancelOpening', 'cancelAll'] as const;

export interface TripsOfDaemon {
  readonly trips: number;
  /** Requests for orders while it was not tripped. */
  readonly orders: number;
  /** Requests for orders after the answer to a trip, and before its release. At these levels nothing may be ordered at all. */
  readonly afterTrip: number;
}

const homeOf = (name: string): string => mkdtempSync(join(tmpdir(), `tradar-bench-${name}-`));

function settle(home: string, exchangeUrl: string, more: object): void {
  writeFileSync(join(home, 'tradar.json'), JSON.stringify({ ...configuration(exchangeUrl), logLevel: 'error', ...more }));
}

const startDaemon = (home: string) => start(['start', '--plain', '--port', '0'], { TRADAR_HOME: home });

/** By what is engaged now: a rule may have closed it again, or further, since. */
async function isReleased(killSwitch: Daemon['trpc']['killSwitch']): Promise<boolean> {
  const { level, latchId, phrase } = await killSwitch.state.query();
  if (level === 'armed' || phrase === null) return level === 'armed';
  return await killSwitch.release.mutate({ latchId, note: 'again', phrase }).then(
    () => true,
    () => false,
  );
}

export async function tripDaemon(trips: number): Promise<TripsOfDaemon> {
  const home = homeOf('trips');
  const exchange = await startExchange(['--bars', BARS, '--cash', CASH, '--speed', SPEED]);
  let isTripped = false;
  const count = { trips: 0, orders: 0, afterTrip: 0 };
  const tap = await tapBefore(exchange.url, () => {
    if (isTripped) count.afterTrip++;
    else count.orders++;
  });
  // Only trips ask for statements: asked for again and again, they come ever less often.
  settle(home, tap.url, { reconcileEveryMs: 3_600_000 });
  const daemon = startDaemon(home);
  try {
    const { trpc, close } = await until(() => connectDaemon(home).catch(() => undefined), `the daemon: ${daemon.said()}`);
    const { killSwitch } = trpc;
    await until(() => (count.orders > 10 ? true : undefined), 'orders of the daemon');
    while (count.trips < trips) {
      await pause(REST_MS + Math.random() * 200);
      const level = LEVELS[count.trips % LEVELS.length] ?? 'halt';
      await killSwitch.engage.mutate({ level, reason: 'the bench' });
      // What the daemon had written before its answer is heard in this turn of our own loop, at the latest.
      await new Promise((resolve) => setImmediate(resolve));
      isTripped = true;
      count.trips++;
      await pause(20 + Math.random() * 60);
      const tryRelease = async (): Promise<true | undefined> => {
        // What it lets leave may leave before its answer is here.
        isTripped = false;
        if (await isReleased(killSwitch)) return true;
        isTripped = true;
        return undefined;
      };
      await until(tryRelease, `the release after trip ${count.trips}`);
    }
    await close();
  } finally {
    await daemon.end();
    await tap.close();
    await exchange.end();
    rmSync(home, { recursive: true, force: true });
  }
  return count;
}

/** Milliseconds from SIGSTOP to a broker that refuses new orders. */
export async function freezeDaemon(rounds: number): Promise<number[]> {
  const samples: number[] = [];
  for (let nth = 0; nth < rounds; nth++) {
    const home = homeOf('frozen');
    const exchange = await startExchange(['--bars', BARS, '--cash', CASH, '--speed', SPEED]);
    settle(home, exchange.url, { guard: { enabled: true } });
    const guard = start(['guard'], { TRADAR_HOME: home });
    const daemon = startDaemon(home);
    try {
      await until(() => (guard.said().includes('"state":"watching"') ? true : undefined), `the guard: ${guard.said()}`);
      await pause(2_000 + Math.random() * 1_000);
      const began = performance.now();
      daemon.child.kill('SIGSTOP');
      await until(async () => ((await isSuspended(exchange.url)) ? true : undefined), 'the suspension', 30_000);
      samples.push(performance.now() - began);
    } finally {
      await daemon.end();
      guard.child.kill('SIGTERM');
      await guard.end();
      await exchange.end();
      rmSync(home, { recursive: true, force: true });
    }
  }
  return samples;
}
