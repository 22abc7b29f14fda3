/** How far the curve was below its own peak, and for how long. Always of every point of the curve, not of daily closes. */
import { DAY_MS } from '#server/domain/time.ts';
import type { DefinitionsOf, Figure } from './definition.ts';
import type { Series } from './sampling.ts';
import { mean, sum, Total } from './sums.ts';

export interface DrawdownMetrics {
  readonly maxDrawdown: Figure;
  readonly maxDrawdownDurationDays: Figure;
  readonly averageDrawdown: Figure;
  readonly averageDrawdownDurationDays: Figure;
  readonly currentDrawdown: Figure;
  readonly drawdowns: Figure;
  readonly ulcerIndex: Figure;
  readonly ulcerIndexSample: Figure;
  readonly painIndex: Figure;
}

export const drawdownDefinitions: DefinitionsOf<DrawdownMetrics> = {
  maxDrawdown: {
    label: 'Max drawdown',
    unit: 'fraction',
    text: 'Smallest of equity / highest equity before − 1, over every point; 0 or negative. As empyrical, quantstats, ffn, backtesting.py; PerformanceAnalytics and backtrader drop the sign.',
  },
  maxDrawdownDurationDays: {
    label: 'Longest drawdown',
    unit: 'days',
    text: 'Calendar days from a peak until it is reached again, or until the curve ends: the longest such time, not that of the deepest fall. As backtesting.py.',
  },
  averageDrawdown: {
    label: 'Average drawdown',
    unit: 'fraction',
    text: 'Mean of the deepest point of each drawdown. As ffn, PerformanceAnalytics (without the sign), backtesting.py.',
  },
  averageDrawdownDurationDays: {
    label: 'Average drawdown length',
    unit: 'days',
    text: 'Mean of the drawdowns’ lengths, from peak to recovery. backtesting.py rounds it up to a bar; ffn counts from the first point below.',
  },
  currentDrawdown: { label: 'Drawdown at the end', unit: 'fraction', text: 'Last equity / highest equity − 1.' },
  drawdowns: { label: 'Drawdowns', unit: 'count', text: 'Times that the curve fell below a peak.' },
  ulcerIndex: {
    label: 'Ulcer index',
    unit: 'fraction',
    text: '√(mean of squared drawdowns) over all points but the first, as a fraction. As PerformanceAnalytics, and Martin’s definition.',
  },
  ulcerIndexSample: { label: 'Ulcer index, sample', unit: 'fraction', text: 'The same with one less in the divisor. As quantstats.' },
  painIndex: {
    label: 'Pain index',
    unit: 'fraction',
    text: 'Mean of the drawdowns without their sign, over all points but the first. As PerformanceAnalytics.',
  },
};

/** One fall from a peak; indices are those of the curve. */
export interface Drawdown {
  readonly peak: number;
  readonly trough: number;
  /** Where the peak was reached again, or nothing. */
  readonly recovery: number | undefined;
  /** Equity at the trough over that at the peak, minus 1: below zero. */
  readonly depth: number;
}

/** Drawdown at each point: 0 or below; nothing when the curve does not begin above zero. */
export function drawdownSeries(equity: ArrayLike<number>): Float64Array | null {
  let peak = equity[0] ?? 0;
  if (!(peak > 0)) return null;
  const depths = new Float64Array(equity.length);
  for (let nth = 0; nth < depths.length; nth++) {
    const value = equity[nth] as number;
    if (value >= peak) peak = value;
    else depths[nth] = value / peak - 1;
  }
  return depths;
}

/** Every fall in order. A peak that is held for a while is where it was held last. */
export function drawdownsOf(depths: ArrayLike<number>): Drawdown[] {
  const falls: Drawdown[] = [];
  let [peak, trough] = [0, 0];
  for (let nth = 1; nth <= depths.length; nth++) {
    const isEnd = nth === depths.length;
    const depth = isEnd ? 0 : (depths[nth] as number);
    if (depth < 0) {
      if (trough === peak || depth < (depths[trough] as number)) trough = nth;
      continue;
    }
    if (trough > peak) falls.push({ peak, trough, recovery: isEnd ? undefined : nth, depth: depths[trough] as number });
    peak = nth;
    trough = nth;
  }
  return falls;
}

export interface DrawdownProfile {
  readonly depths: Float64Array;
  readonly falls: readonly Drawdown[];
  readonly deepest: Drawdown | undefined;
}

export function drawdownProfile({ equity }: Pick<Series, 'equity'>): DrawdownProfile | null {
  const depths = drawdownSeries(equity);
  if (depths === null) return null;
  const falls = drawdownsOf(depths);
  const deepest = falls.reduce<Drawdown | undefined>(
    (worst, one) => (worst === undefined || one.depth < worst.depth ? one : worst),
    undefined,
  );
  return { depths, falls, deepest };
}

const NOTHING: DrawdownMetrics = {
  maxDrawdown: null,
  maxDrawdownDurationDays: null,
  averageDrawdown: null,
  averageDrawdownDurationDays: null,
  currentDrawdown: null,
  drawdowns: null,
  ulcerIndex: null,
  ulcerIndexSample: null,
  painIndex: null,
};

function sumOfSquares(depths: Float64Array): number {
  const total = new Total();
  for (let nth = 0; nth < depths.length; nth++) total.add((depths[nth] as number) ** 2);
  return total.value;
}

export function drawdownMetrics({ timestamp }: Pick<Series, 'timestamp'>, profile: DrawdownProfile | null): DrawdownMetrics {
  if (profile === null) return NOTHING;
  const { depths, falls, deepest } = profile;
  const last = depths.length - 1;
  const lengths = falls.map(({ peak, recovery = last }) => ((timestamp[recovery] as number) - (timestamp[peak] as number)) / DAY_MS);
  const squares = sumOfSquares(depths);
  return {
    maxDrawdown: deepest?.depth ?? 0,
    maxDrawdownDurationDays: lengths.reduce((longest, one) => Math.max(longest, one), 0),
    averageDrawdown: mean(falls.map(({ depth }) => depth)) ?? 0,
    averageDrawdownDurationDays: mean(lengths) ?? 0,
    currentDrawdown: depths[last] ?? 0,
    drawdowns: falls.length,
    ulcerIndex: Math.sqrt(squares / Math.max(1, last)),
    ulcerIndexSample: last < 2 ? null : Math.sqrt(squares / (last - 1)),
    painIndex: (0 - sum(depths)) / Math.max(1, last),
  };
}
