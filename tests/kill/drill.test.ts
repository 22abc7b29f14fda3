/** The drill, as it is asked for: every step passes, in a process that was given no keys, and its result is evidence. */
import { expect, test } from 'vitest';
import { readEvidence } from '#server/adapters/evidence.ts';
import { tradar } from '#tests/cli/tradar.ts';
import { temporaryFolder } from '#tests/config/folder.ts';

test('a drill passes every step, touches no daemon, and is kept as evidence', { timeout: 60_000 }, async () => {
  using home = temporaryFolder();
  const { code, out } = await tradar({ args: ['kill', '--drill', '--json'], env: { TRADAR_HOME: home.path } });
  const report = JSON.parse(out) as { passed: boolean; steps: { name: string; passed: boolean; milliseconds: number }[] };
  expect({ code, passed: report.passed }).toEqual({ code: 0, passed: true });
  expect(report.steps.map(({ name }) => name)).toEqual([
    ...['reconciled', 'ordersRest', 'blockedInMemory', 'openingHeldBack', 'durable', 'cancelsConfirmed', 'releaseDenied'],
    ...['brokerSuspended', 'released'],
  ]);
  expect(readEvidence(home.path)).toMatchObject([{ kind: 'drill', passed: true, steps: report.steps }]);
});
