/** How a portfolio leaves a position that its agents would keep: the policy, and what the engine remembers to carry it out. */
import type { Bar } from './bar.ts';
import type { DeploymentId } from './ids.ts';
import type { ExitRule } from './order.ts';
import type { Instant } from './time.ts';
import type { Timeframe } from './timeframe.ts';

/** From the entry price, or from the best price since: a part of it, or a multiple of the average true range when the position began. */
export type Distance = { readonly percent: number } | { readonly ranges: number };

/** A multiple of the distance of the first stop. */
export interface RiskMultiple {
  readonly risks: number;
}

export interface ExitPolicy {
  readonly stopLoss: Distance | undefined;
  readonly takeProfit: Distance | undefined;
  readonly trailingStop: Distance | undefined;
  /** How far the price must have gone our way before the stop moves to the entry price. */
  readonly breakEven: Distance | RiskMultiple | undefined;
  /** How far beyond the entry price the stop is then, in percent of it; below zero before it. */
  readonly breakEvenOffsetPercent: number;
  /** Market time after which the position is left. */
  readonly timeStopMs: number | undefined;
  /** The average true range that distances are multiples of; nothing when none is. */
  readonly range: { readonly period: number; readonly timeframe: Timeframe } | undefined;
  /** Where the broker takes no plain stop (crypto): how far the limit lies behind it, in percent of it. */
  readonly stopLimitPercent: number;
}

/** A position from flat to flat. */
export interface Episode {
  readonly side: 1 | -1;
  readonly openedAt: Instant;
  /** Average true range when it began; NaN while none is known. */
  range: number;
  /** Highest high since when long, lowest low when short. */
  best: number;
}

/** Prices at which the position is left; NaN where no rule says one. */
export interface ExitLevels {
  stop: number;
  /** Which rule's stop it is: the nearest one. */
  stopRule: ExitRule;
  target: number;
}

/** The average true range of the bars that it is shown. */
export interface Gauge {
  /** NaN before its warm-up. */
  value: number;
  readonly measure: { next(bar: Bar): number; save(): unknown; load(memory: never): void };
}

/** The exits of one symbol at work. */
export interface Guard {
  readonly policy: ExitPolicy;
  readonly gauge: Gauge | undefined;
  /** Nothing while flat. */
  episode: Episode | undefined;
  readonly levels: ExitLevels;
  /** The levels are no longer those that the protective orders were given for. */
  hasMoved: boolean;
  /** When the broker last did not take, or did not keep, a protective order: for some time the engine watches instead. */
  refusedAt: Instant | undefined;
  /** Not all that is held has a stop at the broker; forgotten by a restart. */
  uncovered: { readonly since: Instant; readonly isTold: boolean } | undefined;
}

/** The position is to be closed as soon as nothing else is out: the protective orders are cancelled first. */
export interface Leaving {
  /** Nothing when the agents want it. */
  readonly exit: ExitRule | undefined;
  readonly deployments: readonly DeploymentId[];
  readonly reason: string;
  /** When the broker last refused a closing order. */
  refusedAt: Instant | undefined;
}

export function show(gauge: Gauge, bar: Bar): void {
  const value = gauge.measure.next(bar);
  if (!Number.isNaN(value)) gauge.value = value;
}
