/** Random trips of the loop, engine, latch, adapter and client together: not one opening order is handed to the network behind the latch. */
import { expect, test } from 'vitest';
import { countTrips } from '#scripts/bench/kill-trips.ts';

test('two thousand random trips, and no opening order after one', { timeout: 120_000 }, async () => {
  const { trips, sent, afterTrip, keptBack } = await countTrips({ trips: 2_000, seed: 20 });
  expect(afterTrip).toBe(0);
  expect(trips).toBe(2_000);
  // It was worth trying: orders left between the trips, and others were on their way when one came.
  expect(sent).toBeGreaterThan(1_000);
  expect(keptBack).toBeGreaterThan(500);
});
