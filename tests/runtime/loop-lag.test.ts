/** A process that hangs: the engine hears of it once, opens nothing, and hears of calm once. */
import { expect, test } from 'vitest';
import { Daemon } from '#server/runtime/daemon.ts';
import { LoopLag, loopDelayMeter } from '#server/runtime/loop-lag.ts';
import { AAPL, bar, instrument, NOON, plan, statement } from '#tests/support/builders.ts';
import { FakeWorld, silentLog } from '#tests/support/fake-world.ts';

const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('told are the first reading, a lag over the limit, and calm after ten seconds; not what lies between', () => {
  let delayMs = 0;
  const lag = new LoopLag(1_000, () => delayMs);
  const told: unknown[] = [];
  // Each second: how late its tick is, and what the finer meter saw.
  const readings = [0, 0, 1_200, 1_400, 900, ...Array<number>(9).fill(400), 0, 0, 0, 1_001];
  readings.forEach((readMs, second) => {
    delayMs = readMs;
    const said = lag.look(second * 1_000, 1_000);
    if (said !== undefined) told.push([second, said]);
  });
  expect(told).toEqual([
    [0, 0],
    [2, 1_200],
    [14, 400],
    [17, 1_001],
  ]);
});

test('a tick that comes late counts without another meter', () => {
  const lag = new LoopLag(1_000, () => 0);
  expect(lag.look(0, 1_000)).toBe(0);
  expect(lag.look(2_001, 1_000)).toBe(1_001);
});

test('a daemon that hung for longer than allowed opens nothing on what came meanwhile', async () => {
  const world = new FakeWorld();
  const limited = plan({ limits: { maxLoopLagMs: 100 } });
  const daemon = await Daemon.start({
    ...{ world, plan: limited, planText: 'p', readPlan: () => limited, mode: 'test', version: '0', log: silentLog },
    ...{ reconcileEveryMs: 60_000, tickEveryMs: 20, longestDelayMs: loopDelayMeter() },
    ...{ config: () => ({}), sentinelIsSet: () => false, coolDownMs: 0 },
  });
  const { tell } = world.connected!;
  tell({ kind: 'instruments', instruments: [instrument(AAPL)] });
  tell({ kind: 'calendar', sessions: [{ date: 'd', opensAt: NOON, closesAt: (NOON + 86_400_000) as typeof NOON }] });
  await daemon.desk.durable({ kind: 'statement', statement: statement() });
  await daemon.open();
  const told = () => world.entries.flatMap(({ event }) => (event.kind === 'loopLag' ? [event.lagMs] : []));
  while (told().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  block(400);
  while (!told().some((lagMs) => lagMs > 100)) await new Promise((resolve) => setTimeout(resolve, 5));
  await daemon.desk.durable({ kind: 'bar', bar: bar(0, 100), history: false });
  expect(daemon.desk.books.orders.size).toBe(0);
  const lagMs = told().find((one) => one > 100) ?? 0;
  expect(lagMs).toBeGreaterThan(300);
  await daemon.stop('test', { cancelOrders: false, drainMs: 1_000 });
});
