/** Commands and what is told of them: a refusal is a fact, silence is not, and the latch is looked at last. */
import { describe, expect, test } from 'vitest';
import { type AlpacaBroker, createBroker } from '#server/adapters/alpaca/broker.ts';
import type { BrokerOrderId } from '#server/domain/ids.ts';
import { KILL_LEVELS, type KillLevel } from '#server/domain/kill.ts';
import { parsePrice, parseQuantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import { clientOf, gateAt, intentOf, noPause, ORDER, recorder, recordingLog, wireOrder } from './fixtures.ts';
import { type Answering, type ScriptedBroker, scriptedBroker } from './scripted-broker.ts';

const POST = 'POST /v2/orders';
const ASK = 'GET /v2/orders:by_client_order_id';
const CANCEL = 'DELETE /v2/orders/b-1';

function setUp(broker: ScriptedBroker, options: { level?: KillLevel; timeoutMs?: number } = {}) {
  const told = recorder();
  const gate = gateAt(options.level ?? 'armed');
  const log = recordingLog();
  const alpaca: AlpacaBroker = createBroker({
    client: clientOf(broker, { timeoutMs: options.timeoutMs ?? 2_000 }),
    tell: told.tell,
    gate,
    clock: { now: () => 1_770_000_000_000 as Instant },
    log,
    pause: noPause,
  });
  return { alpaca, told, gate, log };
}

/** Performs one command to its end and returns everything that was told. */
async function told(broker: ScriptedBroker, command: Parameters<AlpacaBroker['perform']>[0], options: Parameters<typeof setUp>[1] = {}) {
  const { alpaca, told: recorded } = setUp(broker, options);
  alpaca.perform(command);
  await alpaca.drain(10_000);
  return recorded.events;
}

const place = (changes: Parameters<typeof intentOf>[0] = {}) => ({ kind: 'place', order: ORDER, intent: intentOf(changes) }) as const;

describe('placing', () => {
  test('sends decimal strings under our own id, with the intent time in force', async () => {
    await using broker = await scriptedBroker();
    broker.on(POST, (_, answer) => answer.json(200, wireOrder({ symbol: 'BTC/USD', asset_class: 'crypto' })));
    const limit = {
      type: 'limit',
      limitPrice: parsePrice('0.0000001'),
      quantity: parseQuantity('0.000000001'),
      timeInForce: 'ioc',
    } as const;
    expect(await told(broker, place({ symbol: 'BTC/USD' as never, side: 'sell', ...limit }))).toEqual([
      { kind: 'orderAccepted', order: ORDER, brokerId: 'b-1' },
    ]);
    expect(broker.heard[0]?.body).toEqual({
      client_order_id: ORDER,
      symbol: 'BTC/USD',
      side: 'sell',
      qty: '0.000000001',
      type: 'limit',
      time_in_force: 'ioc',
      limit_price: '0.0000001',
    });
  });

  test('an ending in the reply is told at once, a fill is left to the stream', async () => {
    await using broker = await scriptedBroker();
    broker.on(POST, (_, answer) => answer.json(200, wireOrder({ status: 'rejected' })));
    const events = await told(broker, place());
    expect(events.map(({ kind }) => kind)).toEqual(['orderAccepted', 'orderSeen']);
    broker.on(POST, (_, answer) => answer.json(200, wireOrder({ status: 'filled', filled_qty: '3', filled_avg_price: '10.1' })));
    expect((await told(broker, place())).map(({ kind }) => kind)).toEqual(['orderAccepted']);
  });

  test.each<[string, (answer: Answering) => void, Partial<Event>]>([
    ['400', (a) => a.json(400, { code: 40010000, message: 'bad' }), { kind: 'orderRejected', code: '40010000' }],
    ['401', (a) => a.json(401, { message: 'unauthorized.' }), { kind: 'orderRejected', code: '401', reason: 'unauthorized.' }],
    ['403', (a) => a.json(403, { code: 40310000, message: 'insufficient buying power' }), { kind: 'orderRejected', code: '40310000' }],
    ['404', (a) => a.json(404, { code: 40410000, message: 'asset not found' }), { kind: 'orderRejected', code: '40410000' }],
    ['422', (a) => a.json(422, { code: 42210000, message: 'sub-penny' }), { kind: 'orderRejected', reason: 'sub-penny' }],
    ['an HTML 403', (a) => a.text(403, '<html>no</html>'), { kind: 'orderUnknown' }],
    ['an HTML 401', (a) => a.text(401, '<html>no</html>'), { kind: 'orderUnknown' }],
    ['429', (a) => a.json(429, { code: 42910000, message: 'rate limit exceeded' }), { kind: 'orderUnknown' }],
    ['500', (a) => a.json(500, { code: 50010000, message: 'internal' }), { kind: 'orderUnknown' }],
    ['504', (a) => a.text(504, ''), { kind: 'orderUnknown' }],
    ['an HTML 200', (a) => a.text(200, '<html>login</html>'), { kind: 'orderUnknown' }],
    ['truncated JSON', (a) => a.text(200, '{"id":"b-1","client_ord'), { kind: 'orderUnknown' }],
    ['no body', (a) => a.text(200, ''), { kind: 'orderUnknown' }],
    ["somebody else's order", (a) => a.json(200, wireOrder({ client_order_id: 'x' })), { kind: 'orderUnknown' }],
    ['the response lost after it was applied', (a) => a.drop(), { kind: 'orderUnknown' }],
    ['a redirect', (a) => a.text(307, '', { location: 'https://api.alpaca.markets/v2/orders' }), { kind: 'orderUnknown' }],
  ])('%s, asked once', async (_name, answer, expected) => {
    await using broker = await scriptedBroker();
    broker.on(POST, (_, answering) => answer(answering));
    expect(await told(broker, place())).toEqual([expect.objectContaining({ order: ORDER, ...expected })]);
    expect(broker.count(POST)).toBe(1);
  });

  test('a reply beyond the deadline leaves the order unknown', async () => {
    await using broker = await scriptedBroker();
    broker.on(POST, () => undefined);
    expect(await told(broker, place(), { timeoutMs: 50 })).toMatchObject([{ kind: 'orderUnknown' }]);
  });

  test('"must be unique" means that we sent it before: unknown, not refused', async () => {
    await using broker = await scriptedBroker();
    broker.on(POST, (_, answer) => answer.json(422, { code: 40010001, message: 'client_order_id must be unique' }));
    expect(await told(broker, place())).toMatchObject([{ kind: 'orderUnknown', order: ORDER }]);
  });

  test('the same code for something else is a refusal only when the broker does not have the order', async () => {
    await using broker = await scriptedBroker();
    broker.on(POST, (_, answer) => answer.json(422, { code: 40010001, message: 'qty is required' }));
    broker.on(ASK, (_, answer) => answer.json(404, { code: 40410000, message: 'order not found' }));
    expect(await told(broker, place())).toMatchObject([{ kind: 'orderRejected', code: '40010001' }]);
    broker.on(ASK, (_, answer) => answer.json(200, wireOrder()));
    expect(await told(broker, place())).toMatchObject([{ kind: 'orderUnknown' }]);
  });
});

describe('the kill latch on the last line', () => {
  const cases = [
    ['an opening order', {}, (level: KillLevel) => level === 'armed'],
    ['a reducing order', { purpose: 'reduce', side: 'sell' }, (level: KillLevel) => level === 'armed' || level === 'reduceOnly'],
    ["the flatten job's order", { purpose: 'reduce', side: 'sell', portfolio: undefined }, (level: KillLevel) => level !== 'sever'],
  ] as const;
  test.each(cases.flatMap(([name, changes, may]) => KILL_LEVELS.map((level) => [name, level, changes, may(level)] as const)))(
    '%s at %s',
    async (_name, level, changes, isSent) => {
      await using broker = await scriptedBroker();
      broker.on(POST, (_, answer) => answer.json(200, wireOrder()));
      const events = await told(broker, place(changes as never), { level });
      expect(broker.count(POST)).toBe(isSent ? 1 : 0);
      expect(events).toMatchObject([isSent ? { kind: 'orderAccepted' } : { kind: 'orderRejected', code: 'KILL_LATCH' }]);
    },
  );

  test('counts also when it closes after the command was given', async () => {
    await using broker = await scriptedBroker();
    const { alpaca, told: recorded, gate } = setUp(broker);
    alpaca.perform(place());
    gate.now = 'halt';
    await alpaca.drain(10_000);
    expect(broker.heard).toEqual([]);
    expect(recorded.events).toMatchObject([{ kind: 'orderRejected', code: 'KILL_LATCH' }]);
  });

  test('an order that is cancelled before its turn is never sent', async () => {
    await using broker = await scriptedBroker();
    broker.on(ASK, (_, answer) => answer.json(404, { message: 'order not found' }));
    const { alpaca, told: recorded } = setUp(broker);
    alpaca.perform(place());
    alpaca.perform({ kind: 'cancel', order: ORDER, brokerId: undefined });
    await alpaca.drain(10_000);
    expect(broker.count(POST)).toBe(0);
    expect(recorded.events).toEqual([expect.objectContaining({ kind: 'orderRejected', code: 'WITHDRAWN' })]);
  });
});

describe('cancelling', () => {
  const cancel = { kind: 'cancel', order: ORDER, brokerId: 'b-1' as BrokerOrderId } as const;
  test('204 says that it was taken, and not that it will come in time', async () => {
    await using broker = await scriptedBroker();
    broker.on(CANCEL, (_, answer) => answer.text(204, ''));
    expect(await told(broker, cancel)).toEqual([{ kind: 'cancelAccepted', order: ORDER }]);
  });
  test.each<[string, (answer: Answering) => void]>([
    ['cancelRefused', (a) => a.json(422, { code: 42210000, message: 'order is already in "filled" state' })],
    ['cancelRefused', (a) => a.json(404, { code: 40410000, message: 'order not found' })],
    ['cancelUnknown', (a) => a.json(500, {})],
    ['cancelUnknown', (a) => a.drop()],
  ])('%s, and nothing of what became of the order', async (kind, answer) => {
    await using broker = await scriptedBroker();
    broker.on(CANCEL, (_, answering) => answer(answering));
    expect(await told(broker, cancel)).toMatchObject([{ kind, order: ORDER }]);
  });
  test("without the broker's id it finds it first", async () => {
    await using broker = await scriptedBroker();
    broker.on(ASK, (_, answer) => answer.json(200, wireOrder({ status: 'new' })));
    broker.on(CANCEL, (_, answer) => answer.text(204, ''));
    expect(await told(broker, { ...cancel, brokerId: undefined })).toEqual([{ kind: 'cancelAccepted', order: ORDER }]);
    expect(broker.count(CANCEL)).toBe(1);
  });
  test('what has ended meanwhile is told instead', async () => {
    await using broker = await scriptedBroker();
    broker.on(ASK, (_, answer) => answer.json(200, wireOrder({ status: 'expired' })));
    expect(await told(broker, { ...cancel, brokerId: undefined })).toMatchObject([
      { kind: 'orderSeen', view: { brokerStatus: 'expired' }, asked: true },
    ]);
  });
  test('waits for the order that is on its way, and then knows its id', async () => {
    await using broker = await scriptedBroker();
    let reply: (() => void) | undefined;
    broker.on(POST, (_, answer) => {
      reply = () => answer.json(200, wireOrder());
    });
    broker.on(CANCEL, (_, answer) => answer.text(204, ''));
    const { alpaca } = setUp(broker);
    alpaca.perform(place());
    await broker.asked(POST);
    alpaca.perform({ ...cancel, brokerId: undefined });
    expect(broker.count(CANCEL)).toBe(0);
    reply?.();
    await alpaca.drain(10_000);
    expect(broker.count(CANCEL)).toBe(1);
    expect(broker.count(ASK)).toBe(0);
  });
});

describe('cancelling everything', () => {
  const ALL = 'DELETE /v2/orders';
  test('looks at each item of the 207', async () => {
    await using broker = await scriptedBroker();
    broker.on(POST, (_, answer) => answer.json(200, wireOrder()));
    broker.on(ALL, (_, answer) =>
      answer.json(207, [
        { id: 'b-1', status: 422, body: { code: 42210000, message: 'too late' } },
        { id: 'b-2', status: 200 },
        { id: 'b-3', status: 500 },
        'nonsense',
      ]),
    );
    const { alpaca, told: recorded } = setUp(broker);
    alpaca.perform(place());
    await recorded.next('orderAccepted');
    alpaca.perform({ kind: 'cancelEverything' });
    await alpaca.drain(10_000);
    expect(recorded.events.slice(1)).toEqual([{ kind: 'cancelRefused', order: ORDER, reason: 'too late' }]);
  });
  test('tries until the broker takes it', async () => {
    await using broker = await scriptedBroker();
    broker.on(ALL, (_, answer) => (broker.count(ALL) < 4 ? answer.drop() : answer.json(207, [])));
    expect(await told(broker, { kind: 'cancelEverything' })).toEqual([]);
    expect(broker.count(ALL)).toBe(4);
  });
});

describe('asking', () => {
  const ask = { kind: 'ask', order: ORDER, brokerId: undefined } as const;
  test('an order that is there is seen', async () => {
    await using broker = await scriptedBroker();
    const more = { updated_at: '2026-01-05T15:00:01.500999999Z', replaces: 'b-0' };
    broker.on(ASK, (_, answer) =>
      answer.json(200, wireOrder({ status: 'partially_filled', filled_qty: '1', filled_avg_price: '10.3333333333333', ...more })),
    );
    expect(await told(broker, ask)).toEqual([
      {
        kind: 'orderSeen',
        view: {
          id: ORDER,
          brokerId: 'b-1',
          symbol: 'AAPL',
          side: 'buy',
          brokerStatus: 'partially_filled',
          quantity: parseQuantity('3'),
          filled: parseQuantity('1'),
          averageFillPrice: parsePrice('10.333333333'),
          updatedAt: Date.parse('2026-01-05T15:00:01.5Z'),
          ...{ replaces: 'b-0', replacedBy: undefined },
        },
        asked: true,
      },
    ]);
    expect(broker.heard[0]?.query.get('client_order_id')).toBe(ORDER);
  });
  test('404 is "not found (yet)"', async () => {
    await using broker = await scriptedBroker();
    broker.on(ASK, (_, answer) => answer.json(404, { code: 40410000, message: 'order not found' }));
    expect(await told(broker, ask)).toEqual([{ kind: 'orderNotFound', order: ORDER }]);
  });
  test("no answer, or a 404 that is not the broker's own, tells nothing", async () => {
    await using broker = await scriptedBroker();
    for (const [status, body] of [
      [503, ''],
      [404, '<html>nginx</html>'],
      [200, '<html>login</html>'],
    ] as const) {
      broker.on(ASK, (_, answer) => answer.text(status, body));
      expect(await told(broker, ask)).toEqual([]);
    }
  });
  test('asked again while an answer is under way, it asks once', async () => {
    await using broker = await scriptedBroker();
    broker.on(ASK, (_, answer) => answer.json(200, wireOrder()));
    const { alpaca, told: recorded } = setUp(broker);
    for (let i = 0; i < 5; i++) alpaca.perform(ask);
    await alpaca.drain(10_000);
    expect(recorded.events).toHaveLength(1);
  });
});

test('drain gives up after its time', async () => {
  await using broker = await scriptedBroker();
  broker.on(POST, () => undefined);
  const { alpaca } = setUp(broker, { timeoutMs: 60_000 });
  alpaca.perform(place());
  await broker.asked(POST);
  const began = performance.now();
  await alpaca.drain(30);
  expect(performance.now() - began).toBeLessThan(5_000);
});
