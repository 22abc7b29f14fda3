/** The runs of backtrader alone (volume caps, rotation, slippage, stop-limit, trailing), the grid of both, and Lean's two. */
import { describe, expect, test } from 'vitest';
import { type Floor, percentOf, type Rule, runRule } from '#tests/backtest/rule-trader.ts';
import { barsOf, curveFaults, fillFaults, isThere, table } from './oracle.ts';
import { crosses, RULES } from './rules.ts';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const SPY = 'equity/daily/SPY_1998-01-02_2021-03-31_lean.csv.gz';
const spy2018 = () => barsOf(SPY, 'SPY', { from: day('2018-01-01'), to: day('2019-01-01') });

function agrees(folder: string, result: ReturnType<typeof runRule>): void {
  expect(curveFaults(result, table(folder, 'backtrader_equity.csv.gz')!)).toEqual([]);
  expect(fillFaults(result, table(folder, 'backtrader_fills.csv')!)).toEqual([]);
}

describe.skipIf(!isThere)('backtrader alone', () => {
  test.each([10, 25])('partial fills: at most %i percent of the volume, the rest stays working', (percent) => {
    const bars = barsOf('equity/daily/AAA_2002-05-22_2021-03-31_lean.csv.gz', 'AAA', { from: day('2020-09-15') });
    const rule = ({ ask, held }: Floor): Rule => ({
      close(index) {
        if (index === 5) ask({ side: 'buy', type: 'market', quantity: 3000 });
        if (index === 60) ask({ side: 'sell', type: 'market', quantity: held() });
      },
    });
    agrees(`partial_fill_volume_${percent}pct`, runRule({ bars: [bars], cash: 100_000, fill: { maxParticipation: percent / 100 } }, rule));
  });

  test('slippage of ten basis points, never beyond the bar', () => {
    const rule = ({ ask }: Floor): Rule => ({
      close(index) {
        if (index % 20 === 0) ask({ side: 'buy', type: 'market', quantity: 100 });
        if (index % 20 === 5) ask({ side: 'sell', type: 'market', quantity: 100 });
      },
    });
    const fill = { slippage: { kind: 'basisPoints', basisPoints: 10 } } as const;
    agrees('slippage_perc_10bp_open', runRule({ bars: [spy2018()], cash: 100_000, fill }, rule));
  });

  test('stop-limit orders, placed anew at each close', () => {
    const bars = spy2018();
    const rule = ({ ask, cancelAll, held }: Floor): Rule => ({
      close(index) {
        cancelAll();
        const [high, low] = [bars.high[index]!, bars.low[index]!];
        if (held() === 0) ask({ side: 'buy', type: 'stop_limit', quantity: 100, stop: high + 0.05, limit: high + 0.25 });
        else ask({ side: 'sell', type: 'stop_limit', quantity: 100, stop: low - 0.05, limit: low - 0.25 });
      },
    });
    agrees('stoplimit_breakout', runRule({ bars: [bars], cash: 100_000 }, rule));
  });

  test('a trailing stop that follows the closes', () => {
    const rule = ({ ask, held }: Floor): Rule => {
      let isTrailing = false;
      return {
        close(index) {
          if (held() === 0 && index % 15 === 0) {
            isTrailing = false;
            ask({ side: 'buy', type: 'market', quantity: 100 });
          } else if (held() > 0 && !isTrailing) {
            isTrailing = true;
            ask({ side: 'sell', type: 'trailing_stop', quantity: 100, trail: percentOf(2) });
          }
        },
      };
    };
    agrees('stoptrail_2pct', runRule({ bars: [spy2018()], cash: 100_000 }, rule));
  });

  const UNIVERSE = ['SPY_1998-01-02', 'QQQ_1999-03-10', 'IWM_2000-05-26', 'EEM_2003-04-14'];
  /** Read off the first fills: the oracle does not tell them. */
  const [LOOKBACK, TOP, WEIGHT] = [63, 2, 0.45];

  test('four funds by momentum, at the end of each month', () => {
    const range = { from: day('2012-01-01'), to: day('2017-01-01') };
    const bars = UNIVERSE.map((name) => barsOf(`equity/daily/${name}_2021-03-31_lean.csv.gz`, name.slice(0, 3), range));
    const monthOf = (index: number): number => new Date(bars[0]!.startsAt[index] ?? range.to).getUTCMonth();
    const rule = ({ ask, held, equity }: Floor): Rule => ({
      close(index) {
        if (index < LOOKBACK + 1 || index + 1 >= bars[0]!.length || monthOf(index) === monthOf(index + 1)) return;
        const ranked = bars
          .map(({ symbol, close }, slot) => ({ symbol, slot, momentum: close[index]! / close[index - LOOKBACK]! - 1 }))
          .sort((a, b) => b.momentum - a.momentum || (a.symbol < b.symbol ? -1 : 1));
        const kept = ranked.slice(0, TOP);
        const order = (slot: number, shares: number): void => {
          if (shares !== 0) ask({ slot, side: shares > 0 ? 'buy' : 'sell', type: 'market', quantity: Math.abs(shares) });
        };
        for (const slot of bars.keys()) if (!kept.some((one) => one.slot === slot)) order(slot, -held(slot));
        const all = equity();
        for (const { slot } of kept) {
          const price = bars[slot]!.close[index]!;
          order(slot, Math.trunc((WEIGHT * all - held(slot) * price) / price));
        }
      },
    });
    const fill = { commission: { kind: 'percent', rate: 0.0005 } } as const;
    agrees('rotation_4etf_2012_2016', runRule({ bars, cash: 100_000, fill }, rule));
  });

  test('the grid of averages', () => {
    const bars = barsOf('equity/daily/GOOG_2004-08-19_2013-03-01_btpy.csv.gz', 'GOOG');
    const rows = table('goog_sma_grid', 'grid.csv')!;
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) {
      const params = { fast: Number(row['fast']), slow: Number(row['slow']), qty: 20 };
      expect(crosses(bars, params)(0)).toBe(0);
      const { curve, trades } = runRule(
        { bars: [bars], cash: 100_000, fill: { commission: { kind: 'percent', rate: 0.001 } } },
        RULES['SmaCrossLong']!(params),
      );
      expect(curve.equity[bars.length - 1]).toBeCloseTo(Number(row['final_backtrader']), 2);
      expect(trades.length).toBe(Number(row['trades']));
    }
  });
});
