/** What the closed trades say. A trade is one lot from entry to exit; what is still open is in the equity, not here. */
import { DAY_MS } from '#server/domain/time.ts';
import type { DefinitionsOf, Figure } from './definition.ts';
import { sampleDeviation } from './moments.ts';
import { longestStreak } from './returns.ts';
import { defined, mean, ratio, sum } from './sums.ts';

/** A closed trade as numbers; what a source does not tell is nothing. */
export interface ClosedTrade {
  /** Dollars, after commission. */
  readonly profit: number;
  /** Dollars, of entry and exit together. */
  readonly commission: number | undefined;
  /** Quantity × entry price, without sign, in dollars. */
  readonly entryValue: number | undefined;
  readonly exitValue: number | undefined;
  /** Milliseconds since the epoch. */
  readonly enteredAt: number | undefined;
  readonly exitedAt: number | undefined;
  /** Dollars: the worst loss on the way, at most 0; the best gain, at least 0. */
  readonly maxAdverse: number | undefined;
  readonly maxFavourable: number | undefined;
}

export interface TradeMetrics {
  readonly trades: Figure;
  readonly winRate: Figure;
  readonly profitFactor: Figure;
  readonly profitFactorReturns: Figure;
  readonly expectancy: Figure;
  readonly expectancyReturn: Figure;
  readonly averageTradeReturn: Figure;
  readonly averageWin: Figure;
  readonly averageLoss: Figure;
  readonly payoffRatio: Figure;
  readonly bestTrade: Figure;
  readonly worstTrade: Figure;
  readonly sqn: Figure;
  readonly sqnPopulation: Figure;
  readonly kelly: Figure;
  readonly longestWinStreak: Figure;
  readonly longestLossStreak: Figure;
  readonly averageTradeDays: Figure;
  readonly longestTradeDays: Figure;
  readonly averageMae: Figure;
  readonly worstMae: Figure;
  readonly averageMfe: Figure;
  readonly bestMfe: Figure;
  readonly edgeRatio: Figure;
  readonly netProfit: Figure;
  readonly commissions: Figure;
}

export const tradeDefinitions: DefinitionsOf<TradeMetrics> = {
  trades: { label: 'Trades', unit: 'count', text: 'Closed lots, first in first out.' },
  winRate: {
    label: 'Win rate',
    unit: 'fraction',
    text: 'Trades with a profit above 0 after commission / all trades. As backtesting.py and backtrader.',
  },
  profitFactor: {
    label: 'Profit factor',
    unit: 'number',
    text: 'Sum of the profits / sum of the losses without their sign, in dollars after commission; nothing without a loss. As backtrader’s totals give it.',
  },
  profitFactorReturns: {
    label: 'Profit factor of returns',
    unit: 'number',
    text: 'The same with each trade’s return instead of its dollars. As backtesting.py.',
  },
  expectancy: { label: 'Expectancy', unit: 'dollars', text: 'Mean profit of a trade after commission. As backtrader’s average.' },
  expectancyReturn: {
    label: 'Expectancy, as a return',
    unit: 'fraction',
    text: 'Mean of the trades’ returns; a trade’s return is its profit / its entry value. As backtesting.py.',
  },
  averageTradeReturn: {
    label: 'Average trade, geometric',
    unit: 'fraction',
    text: '(Π (1 + return of a trade))^(1 / trades) − 1; nothing when a trade lost all. As backtesting.py’s Avg. Trade.',
  },
  averageWin: { label: 'Average win', unit: 'dollars', text: 'Mean profit of the trades with a profit.' },
  averageLoss: { label: 'Average loss', unit: 'dollars', text: 'Mean profit of the trades with a loss; negative.' },
  payoffRatio: { label: 'Payoff ratio', unit: 'number', text: 'Average win / average loss without its sign.' },
  bestTrade: { label: 'Best trade', unit: 'fraction', text: 'Largest return of a trade. As backtesting.py.' },
  worstTrade: { label: 'Worst trade', unit: 'fraction', text: 'Smallest return of a trade. As backtesting.py.' },
  sqn: {
    label: 'SQN',
    unit: 'number',
    text: 'System quality number: √trades × mean profit / sample deviation (n − 1) of the profits. As backtesting.py.',
  },
  sqnPopulation: { label: 'SQN, population', unit: 'number', text: 'The same with the deviation over n. As backtrader.' },
  kelly: {
    label: 'Kelly fraction',
    unit: 'fraction',
    text: 'W − (1 − W) / payoff ratio with the win rate W, in dollars; nothing without both a win and a loss. As backtesting.py since 2025.',
  },
  longestWinStreak: {
    label: 'Wins in a row',
    unit: 'count',
    text: 'Most trades with a profit one after another, by their exits. As backtrader.',
  },
  longestLossStreak: {
    label: 'Losses in a row',
    unit: 'count',
    text: 'Most trades without a profit one after another, by their exits. backtrader counts a trade of exactly 0 as won.',
  },
  averageTradeDays: {
    label: 'Average time in a trade',
    unit: 'days',
    text: 'Mean calendar time from entry to exit. backtesting.py rounds it up to a bar.',
  },
  longestTradeDays: { label: 'Longest trade', unit: 'days', text: 'Longest calendar time from entry to exit.' },
  averageMae: {
    label: 'Average MAE',
    unit: 'fraction',
    text: 'Maximum adverse excursion: mean over the trades of the worst open loss / entry value; 0 or negative.',
  },
  worstMae: { label: 'Worst MAE', unit: 'fraction', text: 'The smallest of them.' },
  averageMfe: {
    label: 'Average MFE',
    unit: 'fraction',
    text: 'Maximum favourable excursion: mean over the trades of the best open gain / entry value; 0 or positive.',
  },
  bestMfe: { label: 'Best MFE', unit: 'fraction', text: 'The largest of them.' },
  edgeRatio: { label: 'Edge ratio', unit: 'number', text: 'Average MFE / average MAE without its sign.' },
  netProfit: { label: 'Profit of closed trades', unit: 'dollars', text: 'Sum of the trades’ profits after commission.' },
  commissions: { label: 'Commissions of closed trades', unit: 'dollars', text: 'Sum of the trades’ commissions.' },
};

/** What every trade tells, or nothing when one does not. */
function column(trades: readonly ClosedTrade[], of: (trade: ClosedTrade) => number | undefined): number[] | null {
  const values: number[] = [];
  for (const trade of trades) {
    const value = of(trade);
    if (value === undefined) return null;
    values.push(value);
  }
  return values;
}

const perEntry = (value: number | undefined, { entryValue }: ClosedTrade): number | undefined =>
  value === undefined || entryValue === undefined || !(entryValue > 0) ? undefined : value / entryValue;

/** Profit over entry value. */
export const tradeReturn = (trade: ClosedTrade): number | undefined => perEntry(trade.profit, trade);

export const tradeDays = ({ enteredAt, exitedAt }: ClosedTrade): number | undefined =>
  enteredAt === undefined || exitedAt === undefined ? undefined : (exitedAt - enteredAt) / DAY_MS;

const most = (values: readonly number[] | null): Figure =>
  values === null || values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
const least = (values: readonly number[] | null): Figure =>
  values === null || values.length === 0 ? null : values.reduce((a, b) => Math.min(a, b));
const total = (values: readonly number[] | null): Figure => (values === null ? null : sum(values));
const average = (values: readonly number[] | null): Figure => (values === null ? null : mean(values));

/** Sum of what is above zero over sum of what is below, without its sign. */
function factor(values: readonly number[] | null): Figure {
  if (values === null) return null;
  const losses = sum(values.filter((one) => one < 0));
  return ratio(sum(values.filter((one) => one > 0)), 0 - losses);
}

function geometricMean(returns: readonly number[] | null): Figure {
  if (returns === null || returns.length === 0 || returns.some((one) => one <= -1)) return null;
  return Math.expm1(sum(returns.map((one) => Math.log1p(one))) / returns.length);
}

/** By their exits, when all tell them; otherwise as they are. */
function inOrder(trades: readonly ClosedTrade[]): readonly ClosedTrade[] {
  if (column(trades, ({ exitedAt }) => exitedAt) === null) return trades;
  return trades.toSorted((a, b) => (a.exitedAt ?? 0) - (b.exitedAt ?? 0));
}

/** Nothing everywhere when the trades are not known at all. */
export function tradeMetrics(trades: readonly ClosedTrade[] | undefined): TradeMetrics {
  const known = inOrder(trades ?? []);
  const profits = known.map(({ profit }) => profit);
  const [wins, losses] = [profits.filter((one) => one > 0), profits.filter((one) => one < 0)];
  const [averageWin, averageLoss] = [mean(wins), mean(losses)];
  const winRate = ratio(wins.length, known.length);
  const payoffRatio = averageLoss === null ? null : ratio(averageWin, -averageLoss);
  const returns = column(known, tradeReturn);
  const [days, mae, mfe] = [
    column(known, tradeDays),
    column(known, (trade) => perEntry(trade.maxAdverse, trade)),
    column(known, (trade) => perEntry(trade.maxFavourable, trade)),
  ];
  const [averageMae, averageMfe] = [average(mae), average(mfe)];
  const sqn = profits.length < 2 ? null : ratio(Math.sqrt(profits.length) * (mean(profits) as number), sampleDeviation(profits));
  return {
    trades: trades === undefined ? null : known.length,
    winRate,
    profitFactor: factor(profits),
    profitFactorReturns: factor(returns),
    expectancy: mean(profits),
    expectancyReturn: average(returns),
    averageTradeReturn: geometricMean(returns),
    averageWin,
    averageLoss,
    payoffRatio,
    bestTrade: most(returns),
    worstTrade: least(returns),
    sqn,
    sqnPopulation: sqn === null ? null : defined(sqn * Math.sqrt(profits.length / (profits.length - 1))),
    kelly: winRate === null || payoffRatio === null ? null : winRate - (1 - winRate) / payoffRatio,
    longestWinStreak: trades === undefined ? null : longestStreak(profits, (one) => one > 0),
    longestLossStreak: trades === undefined ? null : longestStreak(profits, (one) => one <= 0),
    averageTradeDays: average(days),
    longestTradeDays: most(days),
    averageMae,
    worstMae: least(mae),
    averageMfe,
    bestMfe: most(mfe),
    edgeRatio: averageMae === null ? null : ratio(averageMfe, -averageMae),
    netProfit: trades === undefined ? null : sum(profits),
    commissions: trades === undefined ? null : total(column(known, ({ commission }) => commission)),
  };
}
