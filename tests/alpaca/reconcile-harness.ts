/** A broker that is asked for its statement, with nothing to say until a test tells it. */
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import type { Instant } from '#server/domain/time.ts';
import { clientOf, gateAt, noPause, recorder, recordingLog, wireAccount } from './fixtures.ts';
import type { ScriptedBroker } from './scripted-broker.ts';

export const NOW = Date.parse('2026-01-05T15:00:00Z');
export const ACCOUNT = 'GET /v2/account';
export const POSITIONS = 'GET /v2/positions';
export const ORDERS = 'GET /v2/orders';
export const FILLS = 'GET /v2/account/activities/FILL';

export const activity = (nth: number, changes: Record<string, unknown> = {}) => ({
  id: `20260105100000${String(nth).padStart(3, '0')}::x-${nth}`,
  activity_type: 'FILL',
  transaction_time: new Date(NOW + nth).toISOString(),
  type: 'fill',
  price: '101.5',
  qty: '1',
  side: 'buy',
  symbol: 'AAPL',
  order_id: 'b-1',
  ...changes,
});

export function quiet(broker: ScriptedBroker): void {
  broker.on(ACCOUNT, (_, answer) => answer.json(200, wireAccount()));
  for (const route of [POSITIONS, ORDERS, FILLS]) broker.on(route, (_, answer) => answer.json(200, []));
}

export function setUp(
  broker: ScriptedBroker,
  { fillsSince, pause = noPause }: { fillsSince?: number; pause?: (ms: number) => Promise<void> } = {},
) {
  const told = recorder();
  const log = recordingLog();
  const clock = { at: NOW };
  const alpaca = createBroker({
    client: clientOf(broker),
    tell: told.tell,
    gate: gateAt('armed'),
    clock: { now: () => clock.at as Instant },
    log,
    fillsSince: fillsSince as Instant | undefined,
    pause,
  });
  return { alpaca, told, log, clock, [Symbol.asyncDispose]: () => alpaca.drain(5_000) };
}
