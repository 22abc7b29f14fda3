/** A daemon's life around its books: start, faults, snapshots, the desk's refusals, the end. */
import { expect, test } from 'vitest';
import { formatFixed, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { Daemon, type DaemonOptions } from '#server/runtime/daemon.ts';
import type { DeskRefusal } from '#server/runtime/desk-refusal.ts';
import { narrate } from '#server/runtime/narrate.ts';
import { phraseFor, type ReleaseWish } from '#server/runtime/release-ceremony.ts';
import { recordingLog } from '#tests/alpaca/fixtures.ts';
import { AAPL, bar, fill, instrument, NOON, plan, statement } from '#tests/support/builders.ts';
import { FakeWorld, silentLog } from '#tests/support/fake-world.ts';

const STOP = { cancelOrders: false, drainMs: 1_000 };

async function started(world = new FakeWorld(), changes: Partial<DaemonOptions> = {}) {
  const options: DaemonOptions = {
    ...{
      world,
      plan: plan(),
      planText: 'the plan',
      readPlan: () => plan(),
      mode: 'test',
      version: '0',
      log: silentLog,
      reconcileEveryMs: 60_000,
    },
    config: () => ({}),
    sentinelIsSet: () => false,
    coolDownMs: 0,
    ...changes,
  };
  const daemon = await Daemon.start(options);
  const tell = world.connected!.tell;
  tell({ kind: 'instruments', instruments: [instrument(AAPL)] });
  tell({ kind: 'calendar', sessions: [{ date: 'd', opensAt: NOON, closesAt: (NOON + 86_400_000) as typeof NOON }] });
  await daemon.desk.durable({ kind: 'statement', statement: statement() });
  return { daemon, world, tell };
}

const wish = ({ desk }: Daemon): ReleaseWish => ({ latchId: desk.kill().latchId, by: 'me', note: 'note', phrase: phraseFor(desk.kill()) });

test('a fault is journalled, cancels opening orders, and closes the latch over the next start', async () => {
  const { daemon, world } = await started();
  await daemon.desk.durable({ kind: 'bar', bar: bar(0, 100), history: false });
  const [order] = [...daemon.desk.books.orders.keys()];
  await daemon.fault('unhandledRejection', 'boom');
  expect(world.entries.at(-1)?.event).toEqual({ kind: 'fault', where: 'unhandledRejection', reason: 'boom' });
  expect(world.performed).toContainEqual({ kind: 'cancel', order, brokerId: undefined });
  await daemon.stop('test', STOP);
  const next = await started(world);
  expect(next.daemon.desk.books.kill).toMatchObject({ level: 'cancelOpening', by: 'unhandledRejection' });
  await next.daemon.stop('test', STOP);
});

test('a fault of the engine itself is journalled and cancels without it', async () => {
  const { daemon, world, tell } = await started();
  await daemon.desk.durable({ kind: 'bar', bar: bar(0, 100), history: false });
  const broken = {
    ...bar(1, 100),
    get close(): number {
      throw new Error('defect');
    },
  };
  tell({ kind: 'bar', bar: broken, history: false });
  await expect(daemon.loop).rejects.toThrow('defect');
  await daemon.fault('loop', 'defect');
  expect(world.entries.at(-1)?.event).toMatchObject({ kind: 'fault', where: 'loop' });
  expect(world.entries.map((entry) => entry.seq)).toEqual(world.entries.map((_, nth) => nth + 1));
  expect(world.performed.some((command) => command.kind === 'cancel')).toBe(true);
});

test('the end leaves a snapshot from which the next start takes in nothing again', async () => {
  const { daemon, world } = await started();
  await daemon.stop('test', STOP);
  expect(world.snapshots.at(-1)?.seq).toBe(world.entries.at(-1)?.seq);
  const cash = daemon.desk.books.cash;
  const next = await Daemon.start({
    ...({} as DaemonOptions),
    world,
    plan: plan(),
    planText: 'the plan',
    readPlan: () => plan(),
    mode: 'test',
    version: '0',
    log: silentLog,
    config: () => ({}),
    sentinelIsSet: () => false,
    coolDownMs: 0,
    reconcileEveryMs: 1,
  });
  expect(next.desk.books.cash).toBe(cash);
  await next.stop('test', STOP);
});

test('engaging is at once in memory and durable when it resolves; the lease lost engages halt', async () => {
  const { daemon, world } = await started();
  const engaged = daemon.desk.engage('reduceOnly', 'me', 'why');
  expect(world.connected!.gate.level()).toBe('reduceOnly');
  expect(await engaged).toMatchObject({ level: 'reduceOnly', by: 'me' });
  world.leaseLost!('another has it');
  expect(world.connected!.gate.level()).toBe('halt');
  await daemon.stop('test', STOP);
});

test('D1: a journal that does not answer does not keep the kill switch from cancelling at the broker', async () => {
  const { daemon, world } = await started();
  const { promise: stuck, resolve: free } = Promise.withResolvers<void>();
  world.beforeAppend = () => stuck;
  const engaged = daemon.desk.engage('cancelAll', 'me', 'now');
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  world.onCommand = ({ kind }) => kind === 'cancelEverything' && resolve();
  await cancelled;
  expect(daemon.desk.kill()).toMatchObject({ level: 'cancelAll' });
  expect(daemon.desk.health().status).toBe('halted');
  free();
  expect((await engaged).level).toBe('cancelAll');
  await daemon.stop('test', STOP);
});

test('D4: after the lease was lost nothing is released before a restart', async () => {
  const { daemon, world } = await started();
  world.leaseLost!('another has it');
  await daemon.desk.durable({ kind: 'feedRestored', feed: 'stocks' });
  await expect(daemon.desk.release(wish(daemon))).rejects.toThrow(/lease/);
  await daemon.stop('test', STOP);
});

test('D4: a journal that another program goes on with ends the loop instead of being tried for ever', async () => {
  const { daemon, world, tell } = await started();
  world.beforeAppend = async () => {
    throw Object.assign(new Error('not ours'), { fatal: true });
  };
  tell({ kind: 'feedRestored', feed: 'stocks' });
  await expect(daemon.loop).rejects.toThrow('not ours');
  await daemon.fault('loop', 'not ours');
  expect(world.connected!.gate.level()).toBe('cancelOpening');
});

test('D6: a journal whose chain does not hold is not recovered from', async () => {
  const world = new FakeWorld();
  world.broken = 'entry 7 was changed after it was written';
  await expect(started(world)).rejects.toThrow(/entry 7 was changed.*backup/);
});

test.each([
  ['a latch that is not the newest', {}, 999, /is not the engaged one/],
  ['while the sentinel file is there', { sentinelIsSet: () => true }, undefined, /sentinel/],
] as const)('a release is refused with a hint: %s', async (_what, changes, latchId, message) => {
  const { daemon } = await started(new FakeWorld(), changes);
  const latch = await daemon.desk.engage('halt', 'me', 'why');
  const refused = await daemon.desk
    .release({ ...wish(daemon), latchId: latchId ?? latch.latchId })
    .catch((error: unknown) => error as DeskRefusal);
  expect(refused).toMatchObject({ name: 'DeskRefusal', message: expect.stringMatching(message), hint: expect.any(String) });
  expect(daemon.desk.books.kill.level).toBe('halt');
  await daemon.stop('test', STOP);
});

test('a release is refused while the books were not compared, and works afterwards', async () => {
  const { daemon, tell } = await started();
  await daemon.desk.engage('halt', 'me', 'why');
  tell({ kind: 'started', version: '0', plan: 'the plan' });
  await daemon.desk.durable({ kind: 'feedRestored', feed: 'stocks' });
  await expect(daemon.desk.release(wish(daemon))).rejects.toThrow(/statement/);
  await daemon.desk.durable({ kind: 'statement', statement: statement({ asOf: (NOON + 1) as typeof NOON }) });
  expect((await daemon.desk.release(wish(daemon))).level).toBe('armed');
  await daemon.stop('test', STOP);
});

test("missed executions were looked for by our own clock, and not found when it had run ahead of the broker's", async () => {
  const HOUR = 3_600_000;
  const { daemon, world, tell } = await started();
  await daemon.desk.durable({ kind: 'bar', bar: bar(0, 100), history: false });
  const [order] = [...daemon.desk.books.orders.values()];
  const quantity = formatFixed(order!.quantity);
  // By the broker's clock it is an hour earlier.
  tell({ kind: 'fill', fill: { ...fill(order!.id, 'buy', quantity, '100'), at: (NOON - HOUR) as Instant } });
  const { cash, markets } = daemon.desk.books;
  await daemon.desk.durable({ kind: 'feedRestored', feed: 'stocks' });
  const positions = [...markets.values()].map(({ symbol, position }) => ({
    ...{ symbol, quantity: position.quantity },
    averageEntryPrice: parsePrice('100'),
  }));
  expect(cash).not.toBe(daemon.desk.books.cash);
  const agreeing = statement({ asOf: (NOON + 1) as Instant, cash: daemon.desk.books.cash, positions });
  await daemon.desk.durable({ kind: 'statement', statement: agreeing });
  expect(daemon.desk.books.reconciled).toBe(true);
  // What is executed from here on is missed: the process is gone.
  const again = await started(world);
  expect(world.connected!.fillsSince).toBeLessThan(NOON - HOUR);
  await again.daemon.stop('test', STOP);
  await daemon.stop('test', STOP);
});

test('executions that are fetched again after a restart were told a second time, in the log and in the journal', async () => {
  const log = recordingLog();
  const filled = () => log.lines.filter(({ message }) => message === 'filled').length;
  const first = await started();
  const stopTelling = narrate(first.daemon.desk, log);
  await first.daemon.desk.durable({ kind: 'bar', bar: bar(0, 100), history: false });
  const [order] = [...first.daemon.desk.books.orders.keys()];
  const execution = fill(order!, 'buy', '1', '100');
  await first.daemon.desk.durable({ kind: 'fill', fill: execution });
  stopTelling();
  await first.daemon.stop('test', STOP);
  const next = await started(first.world);
  narrate(next.daemon.desk, log);
  const { seq } = next.daemon.desk.books;
  next.tell({ kind: 'fill', fill: execution });
  await next.daemon.desk.durable({ kind: 'feedRestored', feed: 'stocks' });
  expect([filled(), next.daemon.desk.books.seq]).toEqual([1, seq + 1]);
  // Of another quantity it is no repetition, but a contradiction: that is on record.
  await next.daemon.desk.durable({ kind: 'fill', fill: { ...execution, quantity: parseQuantity('2') } });
  await next.daemon.stop('test', STOP);
  expect(next.world.entries.map((entry) => entry.seq)).toEqual(next.world.entries.map((_, nth) => nth + 1));
});
