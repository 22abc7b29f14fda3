/** Two of Lean's own regression results, to the cent. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_FILL, type FillSettings } from '#server/backtest/request.ts';
import type { BacktestResult } from '#server/backtest/result.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { parseMoney, priceFromNumber, toNumber } from '#server/domain/money.ts';
import { runRule } from '#tests/backtest/rule-trader.ts';
import { barsOf, dataTable, isThere } from './oracle.ts';

/** Lean's prices: raw times the factor of the first row that reaches the day. */
function adjusted(bars: BarColumns): { bars: BarColumns; factor: number } {
  const day = new Date(bars.startsAt[0]!).toISOString().slice(0, 10);
  const row = dataTable('equity/corporate_actions/lean_factor_files.csv.gz').find(
    ({ symbol, through_date: through = '' }) => symbol === 'SPY' && through >= day,
  )!;
  const factor = Number(row['price_factor']) * Number(row['split_factor']);
  const scale = (column: Float64Array): Float64Array => column.map((price) => price * factor);
  return { factor, bars: { ...bars, open: scale(bars.open), high: scale(bars.high), low: scale(bars.low), close: scale(bars.close) } };
}

/** The most shares that a hundredth less than a quarter below all the equity buys, fee included. */
function allIn(equity: number, price: number): number {
  const most = equity * (1 - 0.0025);
  let shares = Math.floor(most / price);
  while (shares * price + Math.max(1, 0.005 * shares) > most) shares--;
  return shares;
}

const FEE: Partial<FillSettings> = { commission: { kind: 'perShare', rate: parseMoney('0.005'), least: parseMoney('1') } };

const told = ({ finalEquity, fills }: BacktestResult): object => ({
  orders: fills.length,
  quantity: toNumber(fills[0]!.quantity),
  fees: Math.round(toNumber(fills[0]!.commission) * 100) / 100,
  equity: Math.round(toNumber(finalEquity) * 100) / 100,
});

const from = Date.parse('2013-10-07T13:30:00Z');

describe.skipIf(!isThere)('Lean', () => {
  test('BasicTemplateDailyAlgorithm: all in at the next open of daily bars', () => {
    const range = { from: Date.parse('2013-10-07'), to: Date.parse('2013-10-18') };
    const { bars } = adjusted(barsOf('equity/daily/SPY_1998-01-02_2021-03-31_lean.csv.gz', 'SPY', range));
    const signal = bars.startsAt.findIndex((at) => new Date(at).toISOString().startsWith('2013-10-08'));
    const result = runRule({ bars: [bars], cash: 100_000, fill: FEE }, ({ ask, equity }) => ({
      close(index) {
        if (index === signal) ask({ side: 'buy', type: 'market', quantity: allIn(equity(), bars.close[index]!) });
      },
    }));
    expect(told(result)).toEqual({ orders: 1, quantity: 697, fees: 3.49, equity: 104_486.22 });
  });

  test('BasicTemplateAlgorithm: all in at once, at the ask of the minute that decided', () => {
    const range = { from, to: Date.parse('2013-10-11T20:00:00Z') };
    const minutes = barsOf('equity/minute/SPY_2013-10-04_2013-10-11_lean.csv.gz', 'SPY', range);
    const { bars, factor } = adjusted(minutes);
    const quote = dataTable('equity/minute_quotes/SPY_2013-10-04_2013-10-11_lean.csv.gz').find(
      ({ timestamp = '' }) => Date.parse(timestamp) === from,
    )!;
    const toAsk = Number(quote['ask_close']) * factor - bars.close[0]!;
    const fill = {
      ...DEFAULT_FILL,
      ...FEE,
      model: { kind: 'close' },
      slippage: { kind: 'fixed', amount: priceFromNumber(toAsk) },
      slipsBeyondBar: true,
    } as const;
    const result = runRule({ bars: [bars], cash: 100_000, fill }, ({ ask, equity }) => ({
      close(index) {
        if (index === 0) ask({ side: 'buy', type: 'market', quantity: allIn(equity(), bars.close[0]!) });
      },
    }));
    expect(told(result)).toEqual({ orders: 1, quantity: 688, fees: 3.44, equity: 101_691.92 });
  });
});
