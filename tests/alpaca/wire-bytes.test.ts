/** What an order is made of on the wire: every price and quantity a plain decimal in quotes, whatever its size. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBroker } from '#server/adapters/alpaca/broker.ts';
import { NETWORK } from '#server/adapters/alpaca/transport.ts';
import type { Intent } from '#server/domain/decision.ts';
import { formatFixed, type Price, type Quantity } from '#server/domain/money.ts';
import { clientOf, gateAt, intentOf, noPause, ORDER, recorder, recordingLog } from './fixtures.ts';

/** From a billionth of a share to a billion of them, the decades alike. */
const decimal = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, zeros]) => BigInt(digits) * 10n ** BigInt(zeros));
const price = decimal as fc.Arbitrary<Price>;

const terms = fc.oneof(
  fc.constant({ type: 'market' }),
  fc.record({ type: fc.constant('limit'), limitPrice: price }),
  fc.record({ type: fc.constant('stop'), stopPrice: price }),
  fc.record({ type: fc.constant('stop_limit'), stopPrice: price, limitPrice: price }),
  fc.record({ type: fc.constant('trailing_stop'), trail: fc.oneof(fc.record({ price }), fc.record({ percent: price })) }),
  fc.record({ type: fc.constant('oco'), stopPrice: price, limitPrice: price }),
) as fc.Arbitrary<Partial<Intent>>;

const AMOUNTS = /"(qty|notional|limit_price|stop_price|trail_price|trail_percent)":([^,}]*)/g;

test('for every order there is, amounts are decimal strings without an exponent, and nothing of them is lost', async () => {
  const bodies: string[] = [];
  const fetch = async (_url: string, { body }: RequestInit): Promise<Response> => {
    bodies.push(String(body));
    return Response.json({ code: 40310000, message: 'no' }, { status: 403 });
  };
  const client = clientOf({ url: 'http://127.0.0.1:9' }, { transport: { ...NETWORK, fetch }, requestsPerMinute: 1_000_000 });
  const told = recorder();
  const clock = { now: () => 0 as never };
  const broker = createBroker({ client, tell: told.tell, gate: gateAt('armed'), clock, log: recordingLog(), pause: noPause });
  await fc.assert(
    fc.asyncProperty(decimal as fc.Arbitrary<Quantity>, terms, async (quantity, changes) => {
      bodies.length = 0;
      broker.perform({ kind: 'place', order: ORDER, intent: intentOf({ ...changes, quantity }) });
      await broker.drain(5_000);
      const [body = ''] = bodies;
      expect(bodies).toHaveLength(1);
      const amounts = [...body.matchAll(AMOUNTS)].map(([, name, text]) => [name, text]);
      for (const [, text] of amounts) expect(text).toMatch(/^"\d+(\.\d{1,9})?"$/);
      // No bare number is anywhere in the body.
      expect(body.replaceAll(/"[^"]*"/g, '')).toMatch(/^[{}:,]*$/);
      expect(amounts).toContainEqual(['qty', `"${formatFixed(quantity)}"`]);
    }),
    { numRuns: 300 },
  );
});
