/** Every metric against what empyrical, quantstats, ffn and PerformanceAnalytics made of the same curves. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawdownProfile } from '#server/backtest/metrics/drawdown.ts';
import { lastOfEach, monthOf, type Series, utcDay } from '#server/backtest/metrics/sampling.ts';
import { measure } from '#server/backtest/metrics/summary.ts';
import { parseEquityFile } from '#server/backtest/sheets/equity-file.ts';
import { civilDay } from '#server/domain/civil-day.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { differing, type Figures, fileAt, isThere, jsonAt, namesIn, type Pair, SHARED } from './figures.ts';

const METRICS = join(SHARED, 'oracles/metrics');

const LIBRARIES: Readonly<Record<string, readonly Pair[]>> = {
  empyrical: [
    ['total_return', 'totalReturn'],
    ['annual_return', 'annualReturn'],
    ['cagr', 'annualReturn'],
    ['annual_volatility', 'volatility'],
    ['sharpe', 'sharpe'],
    ['sortino', 'sortino'],
    ['downside_risk', 'downsideDeviation'],
    ['calmar', 'calmar'],
    ['max_drawdown', 'maxDrawdown'],
    ['omega', 'omega'],
    ['tail_ratio', 'tailRatio'],
    ['stability', 'stability'],
    ['var_5pct', 'valueAtRisk'],
    ['cvar_5pct', 'expectedShortfall'],
    ['alpha', 'alpha'],
    ['beta', 'beta'],
  ],
  quantstats: [
    ['comp', 'totalReturn'],
    ['cagr', 'annualReturn'],
    ['volatility', 'volatility'],
    ['sharpe', 'sharpe'],
    ['sortino', 'sortino'],
    ['calmar', 'calmar'],
    ['max_drawdown', 'maxDrawdown'],
    ['profit_factor_daily', 'omega'],
    ['omega', 'omega'],
    ['win_rate_daily', 'periodWinRate'],
    ['payoff_ratio_daily', 'periodPayoff'],
    ['kelly_daily', 'periodKelly'],
    ['ulcer_index', 'ulcerIndexSample'],
    ['upi', 'ulcerPerformanceIndex'],
    ['var95', 'valueAtRiskGaussian'],
    ['cvar95', 'expectedShortfallGaussian'],
    ['skew', 'skew'],
    ['kurtosis', 'kurtosis'],
    ['gain_to_pain', 'gainToPain'],
    ['tail_ratio', 'tailRatio'],
    ['best_day', 'bestPeriod'],
    ['worst_day', 'worstPeriod'],
    ['avg_win', 'averageGain'],
    ['avg_loss', 'averageDrop'],
    ['consecutive_wins', 'longestGainStreak'],
    ['consecutive_losses', 'longestDropStreak'],
  ],
  ffn: [
    ['total_return', 'totalReturn'],
    ['cagr', 'cagr'],
    ['incep', 'cagr'],
    ['max_drawdown', 'maxDrawdown'],
    ['calmar', 'calmarCalendar'],
    ['daily_sharpe', 'sharpe'],
    ['daily_sortino', 'sortino'],
    ['daily_mean', 'meanReturn'],
    ['daily_vol', 'volatility'],
    ['daily_skew', 'skew'],
    ['daily_kurt', 'kurtosis'],
    ['best_day', 'bestPeriod'],
    ['worst_day', 'worstPeriod'],
    ['avg_drawdown', 'averageDrawdown'],
  ],
  PerformanceAnalytics: [
    ['Return.cumulative', 'totalReturn'],
    ['Return.annualized_geometric', 'annualReturn'],
    ['StdDev.annualized', 'volatility'],
    ['SharpeRatio.annualized_geometric', 'sharpe'],
    ['SharpeRatio_periodic_x_sqrtP', 'sharpe'],
    ['SortinoRatio_periodic', 'sortino', 1 / Math.sqrt(252)],
    ['SortinoRatio_x_sqrtP', 'sortino'],
    ['DownsideDeviation_full', 'downsideDeviation', 1 / Math.sqrt(252)],
    ['CalmarRatio', 'calmar'],
    ['maxDrawdown', 'maxDrawdown', -1],
    ['AverageDrawdown', 'averageDrawdown', -1],
    ['UlcerIndex', 'ulcerIndex'],
    ['Omega_L0', 'omega'],
    ['VaR95_historical', 'valueAtRisk'],
    ['skewness', 'skewPopulation'],
    ['kurtosis_excess', 'kurtosisPopulation'],
    ['PainIndex', 'painIndex'],
    ['MartinRatio', 'martinRatio'],
    ['hit_ratio', 'periodHitRate'],
  ],
};

/** ffn's figures of month-end and year-end closes: ours are those of the closes with 12 periods or one in a year. */
const coarser = (prefix: string): readonly Pair[] => [
  [`${prefix}ly_sharpe`, 'sharpe'],
  [`${prefix}ly_sortino`, 'sortino'],
  [`${prefix}ly_mean`, 'meanReturn'],
  [`${prefix}ly_vol`, 'volatility'],
  [`${prefix}ly_skew`, 'skew'],
  [`${prefix}ly_kurt`, 'kurtosis'],
  [`best_${prefix}`, 'bestPeriod'],
  [`worst_${prefix}`, 'worstPeriod'],
];

/** What is compared by a test of its own below, or not at all, and then why. */
const APART: Readonly<Record<string, string>> = {
  'empyrical.benchmark': 'names the benchmark',
  'empyrical.up_capture': 'an error in theirs',
  'empyrical.down_capture': 'an error in theirs',
  'quantstats.exposure': 'rounded up to a percent: below',
  'quantstats.recovery_factor': 'without the sign: below',
  'quantstats.common_sense': 'a product of two others: below',
  'ffn.start': 'no figure',
  'ffn.end': 'no figure',
  'ffn.rf': 'no figure',
  'ffn.avg_drawdown_days': 'counts from the first day below: below',
  'ffn.avg_up_month': 'without the first month: below',
  'ffn.avg_down_month': 'without the first month: below',
  'ffn.win_year_perc': 'without the first year: below',
  'ffn.twelve_month_win_perc': 'rolling years are not among ours',
  ...Object.fromEntries(
    ['mtd', 'three_month', 'six_month', 'ytd', 'one_year', 'three_year', 'five_year', 'ten_year'].map((name) => [
      `ffn.${name}`,
      'returns of the last months are not among ours',
    ]),
  ),
  'PerformanceAnalytics.ES95_historical': 'ties: below',
  'PerformanceAnalytics.BurkeRatio': 'runs of falling days instead of drawdowns: not among ours',
};

const names = namesIn(METRICS).flatMap((file) => /^(.*)\.equity\.csv$/.exec(file)?.[1] ?? []);
const SPY = join(SHARED, 'data/equity/daily/SPY_1998-01-02_2021-03-31_lean.csv.gz');
const spy = isThere ? parseEquityFile(fileAt(SPY)) : undefined;

const closesOf = (curve: Series, periodsPerYear: number, bucketOf: (day: number) => number) =>
  measure({ curve: lastOfEach(curve, (at) => bucketOf(utcDay(at))) }, { periodsPerYear });

describe.skipIf(!isThere)('the curves of oracles/metrics', () => {
  test.each(names)('%s', (name) => {
    const oracle = jsonAt(join(METRICS, `${name}.json`)) as Record<string, Figures>;
    const curve = parseEquityFile(fileAt(join(METRICS, `${name}.equity.csv`)));
    const ours = measure({ curve }, { benchmark: spy });
    expect(ours).toMatchObject({ periodsPerYear: oracle['periods_per_year'], periods: oracle['n_returns'], period: 'day' });
    const faults = Object.entries(LIBRARIES).flatMap(([library, pairs]) =>
      differing(oracle[library]!, ours, pairs).map((fault) => `${library} ${fault}`),
    );
    expect(faults).toEqual([]);
    expect(differing(oracle['ffn']!, closesOf(curve, 12, monthOf), coarser('month'))).toEqual([]);
    expect(
      differing(
        oracle['ffn']!,
        closesOf(curve, 1, (day) => civilDay(day).year),
        coarser('year'),
      ),
    ).toEqual([]);
  });

  test('no figure of theirs is left out in silence', () => {
    const compared = (library: string): string[] => [
      ...(LIBRARIES[library] ?? []).map(([theirs]) => theirs),
      ...(library === 'ffn' ? [...coarser('month'), ...coarser('year')].map(([theirs]) => theirs) : []),
    ];
    const silent = names.flatMap((name) => {
      const oracle = jsonAt(join(METRICS, `${name}.json`)) as Record<string, Figures>;
      return Object.keys(LIBRARIES).flatMap((library) =>
        Object.keys(oracle[library]!).filter((figure) => !compared(library).includes(figure) && !(`${library}.${figure}` in APART)),
      );
    });
    expect(silent).toEqual([]);
    expect(names.length).toBeGreaterThanOrEqual(18);
  });

  test.each(names)('%s: what they define otherwise is ours after their change', (name) => {
    const { quantstats, ffn, PerformanceAnalytics } = jsonAt(join(METRICS, `${name}.json`)) as Record<string, Figures>;
    const curve = parseEquityFile(fileAt(join(METRICS, `${name}.equity.csv`)));
    const ours = measure({ curve });
    const { falls } = drawdownProfile(curve)!;
    const last = curve.equity.length - 1;
    const days = falls.map(({ peak, recovery = last }) => (curve.timestamp[recovery]! - curve.timestamp[peak + 1]!) / DAY_MS);
    const changes = lastOfEach(curve, (at) => monthOf(utcDay(at))).equity;
    const months = Array.from(changes, (equity, nth) => (nth === 0 ? Number.NaN : equity / changes[nth - 1]! - 1)).slice(1);
    const meanOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    const returns = Array.from(curve.equity, (equity, nth) => (nth === 0 ? Number.NaN : equity / curve.equity[nth - 1]! - 1)).slice(1);
    const closeTo = (theirs: number | null | undefined, mine: number): void => {
      expect(Math.abs((theirs as number) - mine)).toBeLessThanOrEqual(1e-9 * Math.abs(mine));
    };
    expect(quantstats!['exposure']).toBe(Math.ceil(ours.activePeriods! * 100) / 100);
    closeTo(quantstats!['recovery_factor'], Math.abs(ours.recoveryFactorArithmetic!));
    if (ours.tailRatio === null) expect(quantstats!['common_sense']).toBeNull();
    else closeTo(quantstats!['common_sense'], ours.omega! * ours.tailRatio);
    closeTo(ffn!['avg_drawdown_days'], meanOf(days));
    closeTo(ffn!['avg_up_month'], meanOf(months.filter((one) => one > 0)));
    closeTo(ffn!['avg_down_month'], meanOf(months.filter((one) => one <= 0)));
    closeTo(PerformanceAnalytics!['ES95_historical'], meanOf(returns.filter((one) => one < ours.valueAtRisk!)));
  });
});
