/**
 * What a record of trades says of the edge, and how much of it to believe. The fraction that Kelly's formula gives is the part of the capital
 * to put at risk, not the value to buy: who buys for it is wrong by the factor that the stop is away.
 */

/** 10 % one-sided: the share of wins is below the bound in one of ten records. */
const Z = 1.2815515655446004;
/** Of wins and of losses, each for itself: the twentieth part at either end counts as what stands next to it. */
const TAIL = 0.05;

export interface Edge {
  readonly trades: number;
  /** Share of wins. */
  readonly winRate: number;
  /** Its lower bound. */
  readonly leastWinRate: number;
  /** The mean win over the mean loss; infinite without a loss. */
  readonly payoff: number;
  /** Kelly's fraction at the lower bound. */
  readonly kelly: number;
  /** The part of it to take, for the error of the estimate. */
  readonly shrinkage: number;
}

/** Kelly (1956): the part of the capital to put at risk on a bet that wins `payoff` times its stake with this probability. */
export const kellyFraction = (winRate: number, payoff: number): number => winRate - (1 - winRate) / payoff;

/** Lower end of Wilson's interval for a share that was seen in so many trials. */
export function wilsonLowerBound(seen: number, trials: number): number {
  const spread = (Z * Z) / trials;
  const half = Z * Math.sqrt((seen * (1 - seen)) / trials + spread / (4 * trials));
  return (seen + spread / 2 - half) / (1 + spread);
}

/** Baker and McHale (2013): what to take of an estimated Kelly fraction, given how far off the estimate may be. */
export function shrinkageOf(winRate: number, payoff: number, trades: number): number {
  const variance = (winRate * (1 - winRate)) / trades;
  if (payoff === Number.POSITIVE_INFINITY) return (winRate * winRate) / (winRate * winRate + variance);
  const edge = (payoff + 1) * winRate - 1;
  const error = (payoff + 1) ** 2 * variance;
  return (edge * edge) / (edge * edge + error);
}

export function winsorised(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(TAIL * sorted.length);
  const [low, high] = [sorted[cut] as number, sorted[sorted.length - 1 - cut] as number];
  return values.map((value) => Math.min(Math.max(value, low), high));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of results in multiples of what was put at risk; at least one. */
export function edgeOf(results: readonly number[]): Edge {
  const trades = results.length;
  const wins = results.filter((result) => result > 0);
  const losses = results.filter((result) => result < 0).map((result) => -result);
  const winRate = wins.length / trades;
  const leastWinRate = wilsonLowerBound(winRate, trades);
  const payoff = meanOf(wins) / meanOf(losses);
  return {
    trades,
    winRate,
    leastWinRate,
    payoff,
    kelly: kellyFraction(leastWinRate, payoff),
    shrinkage: shrinkageOf(winRate, payoff, trades),
  };
}

const meanOf = (values: readonly number[]): number => (values.length === 0 ? 0 : mean(winsorised(values)));
