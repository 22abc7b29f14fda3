/** A short torture: real processes, kill -9 at random, and everything else that can happen; nothing lost, doubled or left behind. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { torture } from '#scripts/torture/run.ts';

test.each(['sqlite', 'mysql'] as const)(
  'five kills on %s: every recovery agrees with the exchange, to the last order',
  async (database) => {
    const stop = new AbortController();
    const { report, story, folder } = await torture({
      ...{ seed: 7, kills: 5, seconds: 60, database, keep: false },
      onProgress: () => undefined,
      signal: stop.signal,
    });
    expect(story.join('\n')).toBe('');
    expect(report).toMatchObject({ violation: null, kills: 5, unreconciled: 0, database });
    expect(report.ordersAtExchange).toBeGreaterThan(10);
    expect(existsSync(folder)).toBe(false);
  },
);

test('stopped in the middle it ends its processes and leaves nothing', async () => {
  const stop = new AbortController();
  const { report, folder } = await torture({
    ...{ seed: 8, kills: 100, seconds: 60, database: 'sqlite', keep: false },
    onProgress: (kills) => kills === 1 && stop.abort(),
    signal: stop.signal,
  });
  expect(report.violation).toBeNull();
  expect(report.kills).toBeLessThan(5);
  expect(existsSync(folder)).toBe(false);
});
