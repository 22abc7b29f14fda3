/** The sentinel file as it is looked at: what counts is that it stands, not that it appeared. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sentinelIsSet, sentinelPath, setSentinel, watchSentinel } from '#server/adapters/sentinel.ts';

test('D3: a sentinel that was taken away and set again between two looks is told again', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sentinel-'));
  setSentinel(home, 'first');
  let told = 0;
  const { promise: again, resolve } = Promise.withResolvers<void>();
  const unwatch = watchSentinel(home, () => {
    told++;
    if (told === 1) {
      rmSync(sentinelPath(home));
      setSentinel(home, 'second');
    } else resolve();
  });
  await again;
  unwatch();
  rmSync(home, { recursive: true });
  expect(told).toBe(2);
});

test('anything but "not there" counts as being there', () => {
  const home = mkdtempSync(join(tmpdir(), 'sentinel-'));
  expect(sentinelIsSet(home)).toBe(false);
  symlinkSync(sentinelPath(home), sentinelPath(home));
  expect(sentinelIsSet(home)).toBe(true);
  rmSync(home, { recursive: true });
});
