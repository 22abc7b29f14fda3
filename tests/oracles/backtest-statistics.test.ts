/** The statistics of backtesting.py and backtrader, computed again from the equity and the trades of their runs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawdownProfile } from '#server/backtest/metrics/drawdown.ts';
import { utcDay } from '#server/backtest/metrics/sampling.ts';
import { measure } from '#server/backtest/metrics/summary.ts';
import { parseEquityFile } from '#server/backtest/sheets/equity-file.ts';
import { parseTradesFile } from '#server/backtest/sheets/trades-file.ts';
import { DAY_MS, MINUTE_MS } from '#server/domain/time.ts';
import { differing, type Figures, fileAt, isThere, jsonAt, type Name, namesIn, type Pair, SHARED } from './figures.ts';

const BACKTESTS = join(SHARED, 'oracles/backtests');

const BTPY: readonly Pair[] = [
  ['Return [%]', 'totalReturn', 100],
  ['Return (Ann.) [%]', 'annualReturn', 100],
  ['CAGR [%]', 'cagr', 100],
  ['Volatility (Ann.) [%]', 'volatilityCompounded', 100],
  ['Sharpe Ratio', 'sharpeGeometric'],
  ['Sortino Ratio', 'sortinoGeometric'],
  ['Calmar Ratio', 'calmar'],
  ['Max. Drawdown [%]', 'maxDrawdown', 100],
  ['Avg. Drawdown [%]', 'averageDrawdown', 100],
  ['Exposure Time [%]', 'exposureTouched', 100],
  ['# Trades', 'trades'],
  ['Win Rate [%]', 'winRate', 100],
  ['Best Trade [%]', 'bestTrade', 100],
  ['Worst Trade [%]', 'worstTrade', 100],
  ['Avg. Trade [%]', 'averageTradeReturn', 100],
  ['Profit Factor', 'profitFactorReturns'],
  ['Expectancy [%]', 'expectancyReturn', 100],
  ['SQN', 'sqn'],
  ['Kelly Criterion', 'kelly'],
];

/** Runs whose figures can not all be had from their files, and why (docs/metrics.md). */
const RUINED = 'btcusd_monthly_readme_sma';
/** Equity of this one is written to the cent of a cent, which shows in the ninth digit of a return of seven percent. */
const toleranceOf = (run: string): number => (run === 'btc4h_smacross_frac' ? 1e-8 : 1e-9);

const runsWith = (file: string): string[] => namesIn(BACKTESTS).filter((run) => existsSync(join(BACKTESTS, run, file)));

/** Their stamps were dates when they computed, and are instants of New York's midnight in the files. */
const byDates = (curve: ReturnType<typeof parseEquityFile>) => ({
  ...curve,
  timestamp: Float64Array.from(curve.timestamp, (at) => utcDay(at) * DAY_MS),
});

const daysIn = (text: unknown): number => {
  const [, days = '', hours = '', minutes = '', seconds = ''] = /^(\d+) days (\d+):(\d+):(\d+)$/.exec(text as string)!;
  return Number(days) + (Number(hours) + (Number(minutes) + Number(seconds) / 60) / 60) / 24;
};

describe.skipIf(!isThere)('the statistics of backtesting.py', () => {
  test.each(runsWith('btpy_stats.json').filter((run) => run !== RUINED))('%s', (run) => {
    const stats = jsonAt(join(BACKTESTS, run, 'btpy_stats.json')) as Figures;
    const given = parseEquityFile(fileAt(join(BACKTESTS, run, 'btpy_equity.csv.gz')));
    const isDated = String(stats['Start']).endsWith('00:00:00') && given.timestamp[0]! % DAY_MS !== 0;
    const curve = isDated ? byDates(given) : given;
    const trades = parseTradesFile(fileAt(join(BACKTESTS, run, 'btpy_trades.csv')));
    const ours = measure({ curve, trades: isDated ? trades.map(datedTrade) : trades });
    expect(differing(stats, ours, BTPY, toleranceOf(run))).toEqual([]);
    const bar = Math.min(...Array.from(curve.timestamp, (at, nth) => at - (curve.timestamp[nth - 1] ?? Number.NEGATIVE_INFINITY))) / DAY_MS;
    for (const [theirs, mine] of [
      ['Max. Drawdown Duration', ours.maxDrawdownDurationDays],
      ['Avg. Drawdown Duration', ours.averageDrawdownDurationDays],
      ['Max. Trade Duration', ours.longestTradeDays],
      ['Avg. Trade Duration', ours.averageTradeDays],
    ] as const) {
      const over = daysIn(stats[theirs]) - mine!;
      expect({ theirs, over: over > -1e-9 && over < Math.max(bar, MINUTE_MS / DAY_MS) }).toEqual({ theirs, over: true });
    }
  });

  test('a curve that reaches zero: theirs go on, ours say that they are not defined', () => {
    const curve = parseEquityFile(fileAt(join(BACKTESTS, RUINED, 'btpy_equity.csv.gz')));
    const ours = measure({ curve });
    expect(ours).toMatchObject({
      totalReturn: -1,
      cagr: -1,
      maxDrawdown: -1,
      sharpe: null,
      volatility: null,
      sortino: null,
      period: 'month',
    });
    expect(ours.remarks).toContain('equity is zero or less at 2019-05-31T00:00:00Z: figures made of returns are not defined');
  });

  test.each(['goog_smacross_long_10_20_pct', 'eurusd_rsi_longshort', 'spy_minute_2024q1_sma'])('%s: alpha and beta, bar by bar', (run) => {
    const stats = jsonAt(join(BACKTESTS, run, 'btpy_stats.json')) as Figures;
    const { data } = jsonAt(join(BACKTESTS, run, 'config.json')) as { data: { file: string } };
    const market = parseEquityFile(fileAt(join(SHARED, 'data', data.file)));
    const curve = parseEquityFile(fileAt(join(BACKTESTS, run, 'btpy_equity.csv.gz')));
    const ours = measure({ curve }, { benchmark: market, periodsPerYear: 252 });
    expect(
      differing(stats, ours, [
        ['Beta', 'betaLog'],
        ['Alpha [%]', 'alphaTotal', 100],
      ]),
    ).toEqual([]);
  });
});

const datedTrade = (trade: ReturnType<typeof parseTradesFile>[number]) => ({
  ...trade,
  enteredAt: utcDay(trade.enteredAt!) * DAY_MS,
  exitedAt: utcDay(trade.exitedAt!) * DAY_MS,
});

interface BacktraderStats {
  final_value: number;
  analyzers: {
    sqn: { sqn: number; trades: number };
    drawdown: { max: { len: number; drawdown: number } };
    trades: {
      total: { closed: number };
      streak: Record<'won' | 'lost', { longest: number }>;
      pnl: { net: { total: number; average: number } };
      won: { total: number; pnl: { total: number; average: number; max: number } };
      lost: { total: number; pnl: { total: number; average: number; max: number } };
    };
  };
}

describe.skipIf(!isThere)('the statistics of backtrader', () => {
  test.each(runsWith('backtrader_stats.json'))('%s', (run) => {
    const { analyzers, final_value } = jsonAt(join(BACKTESTS, run, 'backtrader_stats.json')) as unknown as BacktraderStats;
    const { sqn, drawdown, trades: theirs } = analyzers;
    const curve = parseEquityFile(fileAt(join(BACKTESTS, run, 'backtrader_equity.csv.gz')));
    const ours = measure({ curve, trades: parseTradesFile(fileAt(join(BACKTESTS, run, 'backtrader_trades.csv'))) });
    const { falls } = drawdownProfile(curve)!;
    const bars = falls.map(({ peak, recovery = curve.equity.length }) => recovery - peak - 1);
    const figures: Figures = {
      final: final_value,
      sqn: sqn.sqn,
      drawdown: -drawdown.max.drawdown / 100,
      length: drawdown.max.len,
      closed: theirs.total.closed,
      won: theirs.won.total / theirs.total.closed,
      net: theirs.pnl.net.total,
      average: theirs.pnl.net.average,
      win: theirs.won.pnl.average,
      loss: theirs.lost.pnl.average,
      factor: theirs.won.pnl.total / -theirs.lost.pnl.total,
      wins: theirs.streak.won.longest,
      losses: theirs.streak.lost.longest,
    };
    const mine = {
      final: ours.endEquity,
      sqn: ours.sqnPopulation,
      drawdown: ours.maxDrawdown,
      length: Math.max(...bars),
      closed: ours.trades,
      won: ours.winRate,
      net: ours.netProfit,
      average: ours.expectancy,
      win: ours.averageWin,
      loss: ours.averageLoss,
      factor: ours.profitFactor,
      wins: ours.longestWinStreak,
      losses: ours.longestLossStreak,
    };
    const pairs = Object.keys(figures).map((name) => [name, name as Name] as const);
    expect(differing(figures, mine, pairs, toleranceOf(run))).toEqual([]);
  });
});
