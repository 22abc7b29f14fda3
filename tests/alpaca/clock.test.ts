/** Market time: follows the exchange at its speed, jumps forward, never back; the wall's clock knows how far off it is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ClockOptions, marketClock, wallClock } from '#server/adapters/alpaca/clock.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { parseMoney, parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { AAPL, bench, fill, NOON, statement } from '#tests/support/builders.ts';
import { clientOf, recordingLog } from './fixtures.ts';
import { type ScriptedBroker, scriptedBroker } from './scripted-broker.ts';

const START = Date.parse('2026-01-05T14:30:00Z');

function setUp(broker: ScriptedBroker, make: (options: ClockOptions) => ReturnType<typeof marketClock>) {
  const state = { wall: 1_000_000, steady: 0, market: START, speed: '60' as string | undefined };
  broker.on('GET /v2/clock', (_, answer) =>
    answer.json(
      200,
      { timestamp: new Date(state.market).toISOString().replace('Z', '123456Z'), is_open: true, next_open: '', next_close: '' },
      state.speed === undefined ? {} : { 'X-Market-Speed': state.speed },
    ),
  );
  const clock = make({
    client: clientOf(broker),
    log: recordingLog(),
    wall: () => state.wall,
    steady: () => state.steady,
    resyncEveryMs: 5,
  });
  const resync = async () => {
    const asked = broker.count('GET /v2/clock');
    // The answer to the first of the two that follow was taken before the second is sent.
    await broker.asked('GET /v2/clock', asked + 2);
  };
  return { state, clock, resync };
}

test('runs at the speed that the exchange names, from the time that it names', async () => {
  await using broker = await scriptedBroker();
  const { state, clock, resync } = setUp(broker, marketClock);
  expect(() => clock.now()).toThrow(/before it was set/);
  await clock.start();
  expect(clock.now()).toBe(START);
  state.wall += 1_000;
  expect(clock.now()).toBe(START + 60_000);
  expect(clock.speed()).toBe(60);
  state.speed = '0';
  state.market = START + 61_000;
  await resync();
  state.wall += 5_000;
  expect(clock.now()).toBe(START + 61_000);
  state.speed = undefined;
  await resync();
  expect(clock.speed()).toBe(1);
  clock.stop();
});

test('jumps with a bar that is later, and waits rather than go back', async () => {
  await using broker = await scriptedBroker();
  const { state, clock, resync } = setUp(broker, marketClock);
  await clock.start();
  clock.observe((START + 3_600_000) as Instant);
  expect(clock.now()).toBe(START + 3_600_000);
  clock.observe(START as Instant);
  expect(clock.now()).toBe(START + 3_600_000);
  state.market = START + 3_599_000;
  await resync();
  expect(clock.now()).toBe(START + 3_600_000);
  state.wall += 100;
  expect(clock.now()).toBe(START + 3_605_000);
  clock.stop();
});

test('never goes back, whatever the exchange and the bars say', async () => {
  await using broker = await scriptedBroker();
  const { state, clock } = setUp(broker, marketClock);
  await clock.start();
  clock.stop();
  fc.assert(
    fc.property(fc.array(fc.record({ wait: fc.nat(5_000), observed: fc.integer({ min: -1e7, max: 1e7 }) })), (steps) => {
      let last = clock.now();
      for (const { wait, observed } of steps) {
        state.wall += wait;
        clock.observe((START + observed) as Instant);
        expect(clock.now()).toBeGreaterThanOrEqual(last);
        last = clock.now();
      }
    }),
  );
});

test('a clock that does not answer at the start is an error that says where', async () => {
  await using broker = await scriptedBroker();
  const { clock } = setUp(broker, marketClock);
  broker.on('GET /v2/clock', (_, answer) => answer.text(200, '<html>login</html>'));
  await expect(clock.start()).rejects.toThrow(
    `the broker's clock at ${broker.url} does not answer: HTTP 200: an HTML page instead of JSON`,
  );
});

test("the wall's clock measures how far it is from the broker's", async () => {
  await using broker = await scriptedBroker();
  const { state, clock } = setUp(broker, wallClock);
  state.speed = undefined;
  state.wall = START + 2_500;
  expect(clock.skewMs()).toBeUndefined();
  await clock.start();
  clock.stop();
  expect(clock.skewMs()).toBe(2_500);
  expect(clock.now()).toBe(START + 2_500);
  state.wall -= 10_000;
  expect(clock.now()).toBe(START + 2_500);
});

test('a clock that was set back stood still until it had caught up, and no statement was newer than the last order', async () => {
  await using broker = await scriptedBroker();
  const { state, clock } = setUp(broker, wallClock);
  state.wall = NOON;
  const engine = bench();
  engine.happen({ kind: 'started', version: '', plan: '' }, clock.now());
  const passes = (ms: number) => {
    state.wall += ms;
    state.steady += ms;
  };
  const order = 'by-hand' as OrderId;
  engine.happen({ kind: 'fill', fill: { ...fill(order, 'buy', '1', '100'), at: NOON } }, clock.now());
  state.wall -= 3_600_000;
  passes(10_000);
  const positions = [{ symbol: AAPL, quantity: parseQuantity('1'), averageEntryPrice: parsePrice('100') }];
  const said = statement({ asOf: clock.now(), cash: parseMoney('99900'), positions });
  engine.happen({ kind: 'statement', statement: said }, clock.now());
  expect([said.asOf - NOON, engine.books.reconciled]).toEqual([5_000, true]);
  passes(7_200_000);
  expect(clock.now()).toBe(state.wall);
});

test('a process that begins behind its books goes on from where they are', async () => {
  await using broker = await scriptedBroker();
  const { state, clock } = setUp(broker, wallClock);
  state.wall = START;
  clock.resume((START + 60_000) as Instant);
  expect(clock.now()).toBe(START + 60_000);
  state.steady += 1_000;
  state.wall += 1_000;
  expect(clock.now()).toBe(START + 60_500);
});
