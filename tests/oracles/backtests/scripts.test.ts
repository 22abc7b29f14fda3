/** Runs that only backtesting.py has: its trades given as scripted orders, its curve at every bar. */
import { describe, expect, test } from 'vitest';
import { backtest } from '#server/backtest/backtest.ts';
import { DEFAULT_FILL, type FillSettings, type ScriptedOrder } from '#server/backtest/request.ts';
import type { BacktestResult } from '#server/backtest/result.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { equity, type Instrument } from '#server/domain/instrument.ts';
import { parseMoney, priceFromNumber, toNumber } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { quantityOf } from '#tests/backtest/rule-trader.ts';
import { barsOf, curveFaults, isThere, table, tradeFaults } from './oracle.ts';

const GOOG = 'equity/daily/GOOG_2004-08-19_2013-03-01_btpy.csv.gz';
const EURUSD = 'fx/hour/EURUSD_2017-04-19_2018-02-07_btpy.csv.gz';
const SYMBOL = 'X' as AssetSymbol;

interface Run {
  readonly file: string;
  readonly cash: number;
  readonly fill: Partial<FillSettings>;
  /** Bars between an order and its fill. */
  readonly ahead?: 0 | 1;
}

const percent = (rate: number): Partial<FillSettings> => ({ commission: { kind: 'percent', rate } });
const spread = (rate: number): Partial<FillSettings> => ({
  slippage: { kind: 'entrySpread', basisPoints: rate * 1e4 },
  slipsBeyondBar: true,
});

const RUNS: Readonly<Record<string, Run>> = {
  goog_readme_sma_10_20_commission002: { file: GOOG, cash: 10_000, fill: percent(0.002) },
  goog_readme_sma_10_20_finalize: { file: GOOG, cash: 10_000, fill: percent(0.002) },
  goog_readme_sma_10_20_spread002: { file: GOOG, cash: 10_000, fill: spread(0.002) },
  goog_readme_sma_10_20_trade_on_close: { file: GOOG, cash: 10_000, fill: { ...percent(0.002), model: { kind: 'close' } }, ahead: 0 },
  goog_test_sma_10_30: { file: GOOG, cash: 10_000, fill: {} },
  goog_atr_trail: { file: GOOG, cash: 10_000, fill: percent(0.001) },
  eurusd_readme_sma_margin: { file: EURUSD, cash: 10_000, fill: { ...spread(0.0002), leverage: 50 } },
};

type Row = Record<string, string>;

/** Exits before entries of the same bar, as the oracle queues them. A trade that is still open at the end has its entry in the curve alone. */
function ordersOf(trades: readonly Row[], bars: BarColumns, ahead: number): ScriptedOrder[] {
  const legs = trades.flatMap((trade) => [
    { at: Number(trade['entry_bar']), size: Number(trade['size']), rank: 1, stop: '' },
    { at: Number(trade['exit_bar']), size: -Number(trade['size']), rank: 0, stop: trade['sl'] ?? '' },
  ]);
  legs.sort((a, b) => a.at - b.at || a.rank - b.rank);
  return legs.map(({ at, size, stop }) => ({
    at: bars.startsAt[at - ahead] as Instant,
    symbol: SYMBOL,
    side: size > 0 ? 'buy' : 'sell',
    type: stop === '' ? 'market' : 'stop',
    quantity: quantityOf(Math.abs(size)),
    notional: undefined,
    limitPrice: undefined,
    stopPrice: stop === '' ? undefined : priceFromNumber(Number(stop)),
    trail: undefined,
    timeInForce: 'gtc',
    group: undefined,
  }));
}

const fractional = (instrument: Instrument): Instrument => ({ ...instrument, quantityStep: instrument.minQuantity });

function runScript(folder: string, { file, cash, fill, ahead = 1 }: Run, open: readonly Row[] = []) {
  const bars = barsOf(file, SYMBOL);
  const trades = [...table(folder, 'btpy_trades.csv')!, ...open];
  return backtest({
    bars: [bars],
    instruments: [fractional(equity(SYMBOL))],
    cash: parseMoney(String(cash)),
    fill: { ...DEFAULT_FILL, ...fill },
    work: { kind: 'script', orders: ordersOf(trades, bars, ahead).filter(({ at }) => at !== undefined) },
  });
}

/** The trade that backtesting.py still holds at the end, which its list does not have: its size is in the curve's last steps. */
const STILL_OPEN: Readonly<Record<string, Row>> = {
  goog_readme_sma_10_20_commission002: { size: '69', entry_bar: '2087' },
  goog_readme_sma_10_20_spread002: { size: '85', entry_bar: '2087' },
  goog_readme_sma_10_20_trade_on_close: { size: '62', entry_bar: '2086' },
};

/** Where fills are at the close theirs are not in that close's equity yet, but ours are: they differ by the commission of that bar. */
function withoutItsFills(result: BacktestResult): BacktestResult {
  const equity = result.curve.equity.slice();
  for (const { at, commission } of result.fills) {
    const bar = result.curve.timestamp.indexOf(at);
    equity[bar] = equity[bar]! + toNumber(commission);
  }
  return { ...result, curve: { ...result.curve, equity } };
}

describe.skipIf(!isThere)('the scripts of the oracles', () => {
  test.each(Object.entries(RUNS))('%s', (folder, run) => {
    const open = STILL_OPEN[folder];
    const result = runScript(folder, run, open === undefined ? [] : [open]);
    expect(curveFaults(run.ahead === 0 ? withoutItsFills(result) : result, table(folder, 'btpy_equity.csv.gz')!)).toEqual([]);
    expect(tradeFaults(result, table(folder, 'btpy_trades.csv')!)).toEqual([]);
  });

  test('btcusd_monthly_readme_sma: the same until the equity is gone; theirs is set to nothing then, ours keeps the debt', () => {
    const folder = 'btcusd_monthly_readme_sma';
    const run = { file: 'crypto/monthly/BTCUSD_2012-01-31_2024-12-31_btpy.csv.gz', cash: 1_000_000, fill: percent(0.0025) };
    const bars = barsOf(run.file, SYMBOL);
    const trades = table(folder, 'btpy_trades.csv')!;
    // Nobody orders the last exit: the broker closes it.
    const orders = ordersOf(trades, bars, 1).slice(0, -1);
    const result = backtest({
      bars: [bars],
      instruments: [equity(SYMBOL)],
      cash: parseMoney('1000000'),
      fill: { ...DEFAULT_FILL, ...run.fill },
      work: { kind: 'script', orders },
    });
    const ruin = 88;
    const told = table(folder, 'btpy_equity.csv.gz')!;
    const until = { ...result, curve: { ...result.curve, length: ruin } };
    expect(curveFaults(until, told.slice(0, ruin))).toEqual([]);
    expect(tradeFaults(result, trades)).toEqual([]);
    expect(told[ruin]!['equity']).toBe('0');
    expect(result.curve.equity.subarray(ruin)).toEqual(new Float64Array(156 - ruin).fill(result.curve.equity[ruin]!));
    expect(result.remarks[0]).toContain('the equity fell to -7');
  });
});
