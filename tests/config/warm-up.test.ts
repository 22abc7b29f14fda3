/** Agents that need more history than is configured get it. */
import { expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { warmUpBarsOf } from '#config/plan.ts';

function demo() {
  const reading = loadConfig({ env: {}, flags: {}, cwd: '/' });
  if ('faults' in reading) throw new Error('the demo profile does not load');
  return reading.config;
}

test('the slowest agent decides when it needs more bars than are configured', () => {
  const config = demo();
  const [portfolio] = config.portfolios;
  const deployments = [
    { ...portfolio!.deployments[0]!, agent: 'ma-cross', config: { average: 'sma', fast: 10, slow: 900, confidence: 1 } },
  ];
  expect(warmUpBarsOf({ feed: { ...config.feed, warmUpBars: 0 }, portfolios: [{ ...portfolio!, deployments }] })).toBe(901);
});

test('what is configured is the least', () => {
  const config = demo();
  expect(warmUpBarsOf({ feed: { ...config.feed, warmUpBars: 5_000 }, portfolios: config.portfolios })).toBe(5_000);
});
