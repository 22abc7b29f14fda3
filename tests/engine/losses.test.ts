/** Losses of the day, the week and of minutes, and the drawdown of a unit: what engages, and what money that comes or goes does to it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Limits } from '#server/domain/limits.ts';
import { parseMoney as money, parsePrice, parseQuantity } from '#server/domain/money.ts';
import { DAY_MS, type Instant, MINUTE_MS, plus } from '#server/domain/time.ts';
import { drawdownOf, quickLossOf, weekProfitLossOf } from '#server/domain/valuation.ts';
import { restore, snapshotOf } from '#server/engine/snapshot.ts';
import { decode, encode } from '#server/runtime/codec.ts';
import { AAPL, type Bench, bench, plan, statement } from '#tests/support/builders.ts';

/** 100 shares at $100 among $100,000, with no other limit than these. */
function holding(limits: Partial<Limits>): Bench {
  const wide = { maxDailyLoss: money('999999'), maxWeeklyLoss: money('999999'), maxQuickLoss: money('999999') };
  const positions = [{ symbol: AAPL, quantity: parseQuantity('100'), averageEntryPrice: parsePrice('100') }];
  const engine = bench(plan({ portfolios: [], limits: { ...wide, ...limits } }), { cash: money('90000'), positions });
  engine.bar(100);
  return engine;
}

/** The broker states another cash three times; nothing was executed. */
function moves(engine: Bench, cash: string): void {
  const positions = [{ symbol: AAPL, quantity: engine.books.markets.get(AAPL)!.position.quantity, averageEntryPrice: parsePrice('100') }];
  for (let nth = 0; nth < 3; nth++) {
    const asOf = plus(engine.at, 20_000);
    engine.happen({ kind: 'statement', statement: statement({ cash: money(cash), positions, asOf }) }, asOf);
  }
  expect(engine.books.cash).toBe(money(cash));
}

describe('what engages', () => {
  test.each([
    ['dailyLoss', { maxDailyLoss: money('500') }, 'reduceOnly', 95.01, 95],
    ['weeklyLoss', { maxWeeklyLoss: money('500') }, 'cancelOpening', 95.01, 95],
    ['quickLoss', { maxQuickLoss: money('500') }, 'cancelOpening', 95.01, 95],
    ['drawdown', { maxDrawdownPercent: 0.5 }, 'cancelOpening', 95.01, 94.99],
  ] as const)('%s, at the bar that reaches it and at none before', (control, limits, level, before, reached) => {
    const engine = holding(limits);
    engine.bar(before);
    expect(engine.books.kill.level).toBe('armed');
    engine.bar(reached);
    expect(engine.books.kill).toMatchObject({ level, by: `risk.${control}` });
  });

  test('a fall through several limits at once ends at the highest of their levels', () => {
    const engine = holding({ maxDailyLoss: money('500'), maxDrawdownPercent: 0.5 });
    const commands = engine.bar(90);
    expect(engine.books.kill).toMatchObject({ level: 'cancelOpening', by: 'risk.drawdown' });
    expect(commands.filter(({ kind }) => kind === 'alert')).toHaveLength(2);
  });

  test('a release does not move the peak: as long as the fall stands the next bar engages anew', () => {
    const engine = holding({ maxDrawdownPercent: 0.5 });
    engine.bar(90);
    engine.happen({ kind: 'killReleased', by: 'test', note: 'seen', latchId: engine.books.kill.latchId });
    expect(engine.books.kill.level).toBe('armed');
    engine.bar(90.5);
    expect(engine.books.kill).toMatchObject({ level: 'cancelOpening', by: 'risk.drawdown' });
  });
});

describe('the peak of a unit', () => {
  test('goes up with the equity and never down', () => {
    const engine = holding({});
    engine.bar(110);
    expect(drawdownOf(engine.books)).toBeCloseTo(0, 12);
    engine.bar(104);
    expect(drawdownOf(engine.books)).toBeCloseTo((100 * 600) / 101_000, 9);
    engine.bar(109);
    expect(drawdownOf(engine.books)).toBeCloseTo((100 * 100) / 101_000, 9);
  });

  test.each(['190000', '45000'])('money that comes or goes (cash %s) in a drawdown neither hides nor deepens it', (cash) => {
    const engine = holding({});
    engine.bar(110);
    engine.bar(100);
    const before = drawdownOf(engine.books)!;
    moves(engine, cash);
    expect(drawdownOf(engine.books)).toBeCloseTo(before, 9);
    expect(engine.books.risk.peak).toBeCloseTo(1.01, 9);
  });

  test('a withdrawal at the peak is no loss: not of the day, the week, the minutes, nor from the peak', () => {
    const engine = holding({
      maxDailyLoss: money('500'),
      maxWeeklyLoss: money('500'),
      maxQuickLoss: money('500'),
      maxDrawdownPercent: 0.5,
    });
    engine.bar(110);
    moves(engine, '40000');
    engine.bar(110);
    expect(engine.books.kill.level).toBe('armed');
    expect(weekProfitLossOf(engine.books)).toBe(money('1000'));
    expect(quickLossOf(engine.books)).toBeCloseTo(0, 9);
    expect(drawdownOf(engine.books)).toBeCloseTo(0, 9);
  });

  test('survives a restart, to the last digit', () => {
    const engine = holding({});
    for (const close of [110.01, 103.33, 107.77]) engine.bar(close);
    const restored = restore(decode(encode(snapshotOf(engine.books))), engine.plan, true);
    expect(restored.risk).toEqual(engine.books.risk);
    expect(drawdownOf(restored)).toBe(drawdownOf(engine.books));
    expect(encode(snapshotOf(restored))).toBe(encode(snapshotOf(engine.books)));
  });

  test('whatever comes and goes between the bars, the unit follows the prices alone', () => {
    const change = fc.record({ close: fc.integer({ min: 50, max: 200 }), cash: fc.integer({ min: 1_000, max: 500_000 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const engine = holding({});
        let [unit, peak] = [1, 1];
        let last = 100;
        for (const { close, cash } of changes) {
          const equity = Number(engine.books.cash) / 1e9 + 100 * last;
          engine.bar(close);
          unit *= 1 + (100 * (close - last)) / equity;
          peak = Math.max(peak, unit);
          last = close;
          moves(engine, String(cash));
          expect(engine.books.risk.peak).toBeCloseTo(peak, 9);
          expect(drawdownOf(engine.books)).toBeCloseTo(100 * (1 - unit / peak), 7);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('windows', () => {
  test('a week begins on a Monday, whatever the day the books began on', () => {
    const engine = holding({});
    const monday = Date.UTC(2026, 2, 23);
    expect(engine.books.risk.week!.endsAt).toBe(monday);
    engine.happen({ kind: 'tick' }, (monday - 1) as Instant);
    expect(engine.books.risk.week!.endsAt).toBe(monday);
    engine.happen({ kind: 'tick' }, monday as Instant);
    expect(engine.books.risk.week!.endsAt).toBe(monday + 7 * DAY_MS);
  });

  test('a loss that takes longer than ten minutes is not a quick one', () => {
    const engine = holding({ maxQuickLoss: money('500') });
    for (let minute = 0; minute < 40; minute++) engine.bar(100 - minute * 0.3);
    expect(engine.books.kill.level).toBe('armed');
    expect(quickLossOf(engine.books)).toBeLessThan(10 * 30 + 1);
    expect(quickLossOf(engine.books)).toBeGreaterThanOrEqual(4 * 30);
    expect(MINUTE_MS).toBe(60_000);
  });

  test('the first price of what was held before is no profit of ours', () => {
    const positions = [{ symbol: AAPL, quantity: parseQuantity('100'), averageEntryPrice: parsePrice('50') }];
    const engine = bench(plan({ portfolios: [], limits: { maxDrawdownPercent: 0.5 } }), { cash: money('90000'), positions });
    engine.bar(100);
    expect(drawdownOf(engine.books)).toBeCloseTo(0, 9);
    expect(weekProfitLossOf(engine.books)).toBe(0n);
    engine.bar(99.9);
    expect(drawdownOf(engine.books)).toBeCloseTo(0.01, 6);
  });
});
