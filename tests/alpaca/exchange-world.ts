/** The adapter's parts on the built-in exchange behind its wire, with the real SDK between them. */
import { type AlpacaBroker, createBroker } from '#server/adapters/alpaca/broker.ts';
import { marketClock } from '#server/adapters/alpaca/clock.ts';
import { createTradeUpdates } from '#server/adapters/alpaca/trade-updates.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import type { Series } from '#server/exchange/tape.ts';
import { flat, series } from '#tests/exchange/harness.ts';
import { KEYS, type Wired, wired } from '#tests/exchange/wire-harness.ts';
import { clientOf, gateAt, noPause, recorder, recordingLog } from './fixtures.ts';

export const TIMING = { stepMs: 5_000, firstPauseMs: 5, longestPauseMs: 20, crowdedPauseMs: 20, steadyAfterMs: 0 };

/** The market five minutes after the bell, and the adapter's parts on it. */
export async function setUp(played: readonly Series[] = [series('AAPL', flat(100, 60)), series('BTC/USD', flat(50_000, 60))]) {
  const market: Wired = await wired(played);
  market.advance(10 * MINUTE_MS);
  const log = recordingLog();
  const told = recorder();
  const client = clientOf({ url: market.server.url }, { ...KEYS, log });
  const clock = marketClock({ client, log });
  await clock.start();
  const gate = gateAt('armed');
  const broker: AlpacaBroker = createBroker({
    client,
    tell: told.tell,
    gate,
    clock,
    log,
    fillsSince: clock.now(),
    pause: noPause,
    onMissed: (execution) => updates.missed(execution),
  });
  const updates = createTradeUpdates({
    client,
    tell: told.tell,
    clock,
    log,
    hear: broker.hear,
    onRestored: broker.reconcile,
    timing: TIMING,
  });
  return {
    market,
    log,
    told,
    client,
    clock,
    gate,
    broker,
    updates,
    [Symbol.asyncDispose]: async () => {
      updates.stop();
      clock.stop();
      await broker.drain(5_000);
      await market.server.close();
    },
  };
}
