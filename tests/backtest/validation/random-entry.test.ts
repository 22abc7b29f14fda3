/** Whoever only bought in a rising market is no better than chance; whoever knew the moment is. */
import { describe, expect, test } from 'vitest';
import type { TradeRow } from '#server/backtest/result.ts';
import { randomEntries } from '#server/backtest/validation/random-entry.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { type Money, priceFromNumber, type Quantity, UNIT, ZERO_MONEY } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { seededChance } from '#server/exchange/random.ts';
import { market } from './market.ts';

/** One share from the open of a bar to the open of another. */
function trade(bars: BarColumns, entryBar: number, exitBar: number): TradeRow {
  const [entryPrice, exitPrice] = [priceFromNumber(bars.open[entryBar] as number), priceFromNumber(bars.open[exitBar] as number)];
  return {
    symbol: bars.symbol,
    direction: 'long',
    quantity: UNIT as Quantity,
    enteredAt: bars.startsAt[entryBar] as Instant,
    exitedAt: bars.startsAt[exitBar] as Instant,
    entryBar,
    exitBar,
    entryPrice,
    exitPrice,
    commission: ZERO_MONEY,
    profit: (exitPrice - entryPrice) as bigint as Money,
    maxAdverse: 0,
    maxFavourable: 0,
    portfolio: undefined,
    deployments: [],
    exitReason: '',
    exitRule: undefined,
  };
}

const rising = market(2_000, 7, 0.001);
const DRAWS = 500;

describe('random entries', () => {
  test('the planted sin: a market that only rose, bought every hundred bars', () => {
    const trades = Array.from({ length: 15 }, (_, nth) => trade(rising, 20 + nth * 100, 60 + nth * 100));
    const report = randomEntries(trades, [rising], DRAWS, seededChance(1));
    expect(report?.profit).toBeGreaterThan(0);
    expect(report?.pValue).toBeGreaterThan(0.05);
  });

  test('the planted virtue: only bought where the next forty bars rose most', () => {
    const gains = Array.from({ length: 48 }, (_, nth) => trade(rising, nth * 41, nth * 41 + 40)).sort((a, b) =>
      Number(b.profit - a.profit),
    );
    const report = randomEntries(gains.slice(0, 12), [rising], DRAWS, seededChance(1));
    expect(report?.pValue).toBeLessThan(0.01);
    expect(report?.random.p95).toBeLessThan(report?.profit ?? 0);
  });

  test('no trades, nothing to say', () => {
    expect(randomEntries([], [rising], DRAWS, seededChance(1))).toBeUndefined();
  });
});
