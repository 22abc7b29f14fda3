/** Asked for a statement again and again, as while something differs: ever less often, and looking ever farther back. */
import { expect, test } from 'vitest';
import { noPause, wireOrder } from './fixtures.ts';
import { activity, FILLS, NOW, quiet, setUp } from './reconcile-harness.ts';
import { scriptedBroker } from './scripted-broker.ts';

test('asked for again and again, it runs ever less often, and at once again after a rest', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  const rests: number[] = [];
  let more = 8;
  await using world = setUp(broker, {
    pause: async (ms) => {
      rests.push(ms);
      if (more-- > 0) world.alpaca.reconcile();
    },
  });
  const { alpaca, told } = world;
  alpaca.reconcile();
  for (let nth = 0; nth < 9; nth++) await told.next('statement');
  expect(rests).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  await noPause();
  alpaca.reconcile();
  await told.next('statement');
  expect(rests.at(-1)).toBe(250);
});

test('an execution that appears late, behind newer ones, is found when it is asked for again', async () => {
  await using broker = await scriptedBroker();
  quiet(broker);
  broker.on('GET /v2/orders/b-1', (_, answer) => answer.json(200, wireOrder()));
  const late = activity(1, { transaction_time: new Date(NOW - 5 * 60_000).toISOString() });
  const newest = activity(2, { transaction_time: new Date(NOW).toISOString() });
  broker.on(FILLS, ({ query }, answer) => {
    const listed = broker.count(FILLS) > 1 ? [late, newest] : [newest];
    answer.json(
      200,
      listed.filter(({ transaction_time }) => Date.parse(transaction_time) > Date.parse(query.get('after')!)),
    );
  });
  let asked = 0;
  await using world = setUp(broker, {
    fillsSince: NOW - 1,
    pause: async () => {
      // As the engine does while the broker counts more than the books have.
      if (asked++ < 4) world.alpaca.reconcile();
    },
  });
  const { alpaca, told } = world;
  alpaca.reconcile();
  for (let nth = 0; nth < 5; nth++) await told.next('statement');
  expect(told.events.flatMap((event) => (event.kind === 'fill' ? [event.fill.executionId] : []))).toEqual(['x-2', 'x-1']);
});
