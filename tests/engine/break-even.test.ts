/** Break-even: once the price has gone far enough our way the stop stands at the entry, or so far beyond or before it. */
import { expect, test } from 'vitest';
import type { ExitPolicy } from '#server/domain/exits.ts';
import { formatFixed } from '#server/domain/money.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import { placed } from '#tests/support/builders.ts';
import { entered, guarded, policy, words } from './exits-bench.ts';

const stopLoss = { percent: 2 };
const range = { period: 2, timeframe: parseTimeframe('1Min')! };

/** Where the stop waits at the broker after a bar with this extreme. */
function stopAfter(exits: Partial<ExitPolicy>, best: number, side: 'up' | 'down' = 'up') {
  const { engine, order } = entered(policy({ stopLoss, ...exits }), { opinions: [side], more: { mayShort: true } });
  const [low, high] = side === 'up' ? [best - 0.2, best] : [best, best + 0.2];
  const commands = words(engine.candle(low, high, side === 'up' ? high : low));
  if (commands.length === 0) return 'as it was';
  expect(commands).toEqual([`cancel ${order}`]);
  return words(engine.ended(order)).join();
}

test.each<[string, Partial<ExitPolicy>, number, string]>([
  ['not before the price is there', { breakEven: { percent: 1 } }, 100.99, 'as it was'],
  ['at the entry', { breakEven: { percent: 1 } }, 101, 'sell 100 stop 100 gtc'],
  ['beyond the entry, so that fees are paid', { breakEven: { percent: 1 }, breakEvenOffsetPercent: 0.25 }, 101, 'sell 100 stop 100.25 gtc'],
  ['before the entry, with room to breathe', { breakEven: { percent: 1 }, breakEvenOffsetPercent: -0.5 }, 101, 'sell 100 stop 99.5 gtc'],
  ['once the price has gone one and a half times the first risk', { breakEven: { risks: 1.5 } }, 102.99, 'as it was'],
  ['and not later', { breakEven: { risks: 1.5 } }, 103, 'sell 100 stop 100 gtc'],
  ['of a stop at the nearest of both', { breakEven: { risks: 1 }, trailingStop: { percent: 1 } }, 100.99, 'as it was'],
  ['never beyond what the price has reached', { breakEven: { risks: 0.1 }, breakEvenOffsetPercent: 1 }, 100.9, 'as it was'],
  ['but there as soon as it has', { breakEven: { risks: 0.1 }, breakEvenOffsetPercent: 1 }, 101.5, 'sell 100 stop 101 gtc'],
])('long: %s', (_, exits, best, stop) => {
  expect(stopAfter(exits, best)).toBe(stop);
});

test.each<[string, Partial<ExitPolicy>, number, string]>([
  ['not before the price is there', { breakEven: { risks: 1 } }, 98.01, 'as it was'],
  ['below the entry', { breakEven: { risks: 1 }, breakEvenOffsetPercent: 0.25 }, 98, 'buy 100 stop 99.75 gtc'],
  ['above the entry', { breakEven: { percent: 1 }, breakEvenOffsetPercent: -0.5 }, 99, 'buy 100 stop 100.5 gtc'],
])('short: %s', (_, exits, best, stop) => {
  expect(stopAfter(exits, best, 'down')).toBe(stop);
});

test('the order says why, and it is a break-even that left', () => {
  const { engine, order } = entered(policy({ stopLoss, breakEven: { risks: 1 }, breakEvenOffsetPercent: 0.1 }));
  engine.candle(101, 102, 102);
  engine.ended(order);
  const moved = engine.books.orders.get(engine.newest());
  expect(moved).toMatchObject({ exit: 'breakEven' });
  expect(moved?.reason).toBe(
    'break-even stop at 100.1: 0.1 % beyond the entry 100.0000, since the price had gone 1 times its first risk our way',
  );
});

test('of a stop in average true ranges the first risk is that range when the position began', () => {
  const opinions = [undefined, undefined, undefined, 'up'] as const;
  const engine = guarded(policy({ stopLoss: { ranges: 2 }, breakEven: { risks: 1 }, range }), { opinions });
  for (let nth = 0; nth < 3; nth++) engine.candle(99, 101, 100);
  const [entry] = placed(engine.candle(99, 101, 100));
  const [stop] = placed(engine.fillOf(entry!.order, 'buy', formatFixed(entry!.intent.quantity), '100'));
  engine.accept(stop!.order);
  expect(words(engine.candle(102, 103.9, 103))).toEqual([]);
  expect(words(engine.candle(102, 104, 103))).toEqual([`cancel ${stop!.order}`]);
});
