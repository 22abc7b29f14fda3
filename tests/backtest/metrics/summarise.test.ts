/** The metrics of a backtest's result are those of its curve, trades and fills. */
import { expect, test } from 'vitest';
import { summarise } from '#server/backtest/metrics/summarise.ts';
import { measure } from '#server/backtest/metrics/summary.ts';
import { madeUpResult } from '../report/made-up.ts';

test('money becomes dollars, positions exposure, fills turnover', () => {
  const result = madeUpResult({ bars: 40 });
  const { curve } = result;
  const dollars = (value: bigint): number => Number(value) / 1e9;
  expect(summarise(result, { riskFree: 0.02 })).toEqual(
    measure(
      {
        curve,
        traded: result.fills.reduce((all, { price, quantity }) => all + dollars(price) * dollars(quantity), 0),
        trades: result.trades.map((trade) => ({
          profit: dollars(trade.profit),
          commission: dollars(trade.commission),
          entryValue: dollars(trade.entryPrice) * dollars(trade.quantity),
          exitValue: dollars(trade.exitPrice) * dollars(trade.quantity),
          enteredAt: trade.enteredAt,
          exitedAt: trade.exitedAt,
          maxAdverse: trade.maxAdverse,
          maxFavourable: trade.maxFavourable,
        })),
      },
      { riskFree: 0.02 },
    ),
  );
  expect(summarise(result).trades).toBe(result.trades.length);
});
