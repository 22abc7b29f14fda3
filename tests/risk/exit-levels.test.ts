/** Where a position is left, by hand: levels of each rule, long and mirrored, and how far a stop may be from where it should be. */
import { describe, expect, test } from 'vitest';
import type { Episode, ExitLevels, ExitPolicy } from '#server/domain/exits.ts';
import type { ExitRule } from '#server/domain/order.ts';
import type { Instant } from '#server/domain/time.ts';
import { setLevels, slackOf } from '#server/risk/exit-levels.ts';
import { policy } from '#tests/engine/exits-bench.ts';

const episode = (side: 1 | -1, best: number, range = 2): Episode => ({ side, best, range, openedAt: 0 as Instant });

function levels(exits: Partial<ExitPolicy>, of: Episode, entry = 100): ExitLevels {
  const found: ExitLevels = { stop: 1, stopRule: 'timeStop', target: 1 };
  setLevels(found, policy(exits), of, entry);
  return found;
}
const NONE = { stop: Number.NaN, target: Number.NaN, stopRule: 'stopLoss' } as const;

describe('a stop', () => {
  test('lies below what is long and above what is short, a target the other way', () => {
    const exits = { stopLoss: { percent: 3 }, takeProfit: { ranges: 2 } };
    expect(levels(exits, episode(1, 100))).toEqual({ stop: 97, stopRule: 'stopLoss', target: 104 });
    expect(levels(exits, episode(-1, 100))).toEqual({ stop: 103, stopRule: 'stopLoss', target: 96 });
    expect(levels({}, episode(1, 100))).toEqual(NONE);
  });

  test('that trails follows the best price, and the nearest one counts', () => {
    const exits = { stopLoss: { percent: 3 }, trailingStop: { percent: 5 } };
    expect(levels(exits, episode(1, 100))).toMatchObject({ stop: 97, stopRule: 'stopLoss' });
    expect(levels(exits, episode(1, 120))).toMatchObject({ stop: 114, stopRule: 'trailingStop' });
    expect(levels(exits, episode(-1, 100))).toMatchObject({ stop: 103, stopRule: 'stopLoss' });
    expect(levels(exits, episode(-1, 80))).toMatchObject({ stop: 84, stopRule: 'trailingStop' });
  });

  test('of two at the same price is named after the rule that comes first', () => {
    const exits = { stopLoss: { ranges: 1 }, trailingStop: { ranges: 1 } };
    expect(levels(exits, episode(1, 100))).toMatchObject({ stop: 98, stopRule: 'stopLoss' });
    expect(levels(exits, episode(-1, 100))).toMatchObject({ stop: 102, stopRule: 'stopLoss' });
  });

  test('at nothing or below it is none, and one of some cents is one', () => {
    expect(levels({ stopLoss: { percent: 100 } }, episode(1, 100))).toEqual(NONE);
    expect(levels({ stopLoss: { ranges: 51 } }, episode(1, 100))).toEqual(NONE);
    expect(levels({ stopLoss: { ranges: 0.1 } }, episode(1, 0.7), 0.7).stop).toBeCloseTo(0.5, 12);
  });

  test('that goes by a range of which nothing is known is none', () => {
    expect(levels({ stopLoss: { ranges: 1 }, takeProfit: { ranges: 1 } }, episode(1, 100, Number.NaN))).toEqual(NONE);
  });
});

describe('a target', () => {
  test('at nothing or below it is none, and one of some cents is one', () => {
    expect(levels({ takeProfit: { percent: 100 } }, episode(-1, 100)).target).toBeNaN();
    expect(levels({ takeProfit: { percent: 101 } }, episode(-1, 100)).target).toBeNaN();
    expect(levels({ takeProfit: { percent: 25 } }, episode(1, 0.4), 0.4).target).toBeCloseTo(0.5, 12);
  });
});

describe('the stop at break-even', () => {
  test('comes when the price has gone so far, and not a moment earlier', () => {
    const exits = { breakEven: { percent: 2 } };
    expect(levels(exits, episode(1, 101.99))).toEqual(NONE);
    expect(levels(exits, episode(1, 102))).toMatchObject({ stop: 100, stopRule: 'breakEven' });
    expect(levels(exits, episode(-1, 98.01))).toEqual(NONE);
    expect(levels(exits, episode(-1, 98))).toMatchObject({ stop: 100, stopRule: 'breakEven' });
  });

  test('may stand beyond the entry, but only where the price has been further', () => {
    const exits = { breakEven: { percent: 1 }, breakEvenOffsetPercent: 1.5 };
    expect(levels(exits, episode(1, 101.5))).toEqual(NONE);
    expect(levels(exits, episode(1, 101.75))).toMatchObject({ stop: 101.5, stopRule: 'breakEven' });
    expect(levels(exits, episode(-1, 98.5))).toEqual(NONE);
    expect(levels(exits, episode(-1, 98.25))).toMatchObject({ stop: 98.5, stopRule: 'breakEven' });
  });

  test('goes by the distance of the first stop where it is said so', () => {
    const exits = { stopLoss: { percent: 3 }, breakEven: { risks: 2 } };
    expect(levels(exits, episode(1, 105.99))).toMatchObject({ stop: 97, stopRule: 'stopLoss' });
    expect(levels(exits, episode(1, 106))).toMatchObject({ stop: 100, stopRule: 'breakEven' });
  });
});

test('a stop may be a tenth of its distance from where it should be; who has no distance has no room', () => {
  const exits = policy({ stopLoss: { percent: 3 }, trailingStop: { ranges: 2 }, breakEven: { risks: 0.5 } });
  const slack = (rule: ExitRule) => slackOf(exits, episode(1, 200, 5), rule, 200);
  // 3 % of 200, two ranges of 5, half of the nearer of those two.
  expect(slack('stopLoss')).toBeCloseTo(0.6, 12);
  expect(slack('trailingStop')).toBeCloseTo(1, 12);
  expect(slack('breakEven')).toBeCloseTo(0.3, 12);
  expect([slack('takeProfit'), slack('timeStop')]).toEqual([0, 0]);
});
