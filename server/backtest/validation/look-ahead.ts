/**
 * Finds who looks ahead. Every decision is taken again by runs whose bars end with the bar that decided, and by runs whose
 * future went another way: whoever says something else then knew what came after. Every agent is built anew for each run,
 * from the bars of that run, so that what it worked out over all bars beforehand is found too.
 */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol, DeploymentId } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import { seededChance } from '#server/exchange/random.ts';
import type { DecisionRow } from '../result.ts';
import { truncated, withOtherFuture } from './resample-bars.ts';

/** Builds everything from the bars and runs; the decisions, oldest first. */
export type Rerun = (bars: readonly BarColumns[]) => readonly DecisionRow[];

export interface Leak {
  readonly deployment: DeploymentId;
  readonly symbol: AssetSymbol;
  readonly at: Instant;
  readonly test: 'truncated' | 'otherFuture';
  /** What it said knowing the whole history, and without it. */
  readonly said: string;
  readonly saysNow: string;
}

export interface LookAheadReport {
  readonly decisions: number;
  /** Decisions that were taken again; all of them unless the budget ran out. */
  readonly checked: number;
  /** The first leak of each agent. */
  readonly leaks: readonly Leak[];
  /** How many decisions differed, agent by agent. */
  readonly differing: Readonly<Record<string, number>>;
}

export interface LookAheadSettings {
  readonly seed: number;
  /** Bars that may be run through all together; when they do not do, decisions are taken evenly from all. */
  readonly maxBars: number;
  /** Told after each decision. */
  readonly progress?: (done: number, of: number) => void;
}

export function findLookAhead(rerun: Rerun, bars: readonly BarColumns[], settings: LookAheadSettings): LookAheadReport {
  const decisions = rerun(bars);
  const instants = [...new Set(decisions.map(({ at }) => at))];
  const chosen = affordable(instants, bars, settings.maxBars);
  const chance = seededChance(settings.seed);
  const leaks = new Map<DeploymentId, Leak>();
  const differing: Record<string, number> = {};
  let checked = 0;
  chosen.forEach((at, nth) => {
    const before = decisions.filter((one) => one.at === at);
    const short = bars.map((columns) => truncated(columns, lengthUntil(columns, at))).filter(({ length }) => length > 0);
    const other = bars.map((columns) => withOtherFuture(columns, lengthUntil(columns, at) - 1, chance));
    const worlds = [
      { test: 'truncated', after: rerun(short) },
      { test: 'otherFuture', after: rerun(other) },
    ] as const;
    const found = new Map<DeploymentId, Leak>();
    for (const { test, after } of worlds) {
      for (const leak of differences(
        before,
        after.filter((one) => one.at === at),
        at,
        test,
      ))
        if (!found.has(leak.deployment)) found.set(leak.deployment, leak);
    }
    for (const [deployment, leak] of found) {
      differing[deployment] = (differing[deployment] ?? 0) + 1;
      if (!leaks.has(deployment)) leaks.set(deployment, leak);
    }
    checked += before.length;
    settings.progress?.(nth + 1, chosen.length);
  });
  return { decisions: decisions.length, checked, leaks: [...leaks.values()], differing };
}

/** Bars that were closed at the instant. */
function lengthUntil({ endsAt, length }: BarColumns, at: Instant): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((endsAt[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All instants when the budget allows: twice the bars before each, once truncated and once with another future. */
function affordable(instants: readonly Instant[], bars: readonly BarColumns[], maxBars: number): readonly Instant[] {
  const whole = bars.reduce((sum, { length }) => sum + length, 0);
  const cost = instants.reduce((sum, at) => sum + whole + bars.reduce((part, columns) => part + lengthUntil(columns, at), 0), 0);
  if (cost <= maxBars) return instants;
  const every = Math.ceil(cost / maxBars);
  return instants.filter((_, nth) => nth % every === 0);
}

function* differences(before: readonly DecisionRow[], after: readonly DecisionRow[], at: Instant, test: Leak['test']): Generator<Leak> {
  for (const { symbol, portfolio, votes } of before) {
    const again = after.find((one) => one.symbol === symbol && one.portfolio === portfolio)?.votes;
    const names = new Set([...votes, ...(again ?? [])].map(({ deployment }) => deployment));
    for (const deployment of names) {
      const said = words(votes.find((vote) => vote.deployment === deployment));
      const saysNow = words(again?.find((vote) => vote.deployment === deployment));
      if (said !== saysNow) yield { deployment, symbol, at, test, said, saysNow };
    }
  }
}

const words = (vote: DecisionRow['votes'][number] | undefined): string =>
  vote === undefined ? 'nothing' : `${vote.direction} ${vote.confidence}: ${vote.reason}`;
