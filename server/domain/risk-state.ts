/** What the controls must know of the account's past: the value of a unit and its peak, the week, what left and what came to nothing. */
import type { Money } from './money.ts';
import { type Instant, MINUTE_MS } from './time.ts';

export interface RiskState {
  /** Into how many units the equity is divided: money that comes or goes changes their number and not what one is worth. 0 before the first statement. */
  units: number;
  /** The most that a unit was worth. */
  peak: number;
  week: { readonly endsAt: Instant; readonly equityAtStart: Money } | undefined;
  /** Five minutes, the highest equity in them, and in the five before. */
  windowEndsAt: Instant;
  high: number;
  highBefore: number;
  /** What the latest entries were worth, oldest first. */
  given: { readonly at: Instant; readonly dollars: number }[];
  /** When the latest cancels left, oldest first. */
  cancelledAt: Instant[];
  /** Entries in a row that ended with nothing filled; that the broker refused. */
  unfilledInRow: number;
  rejectedInRow: number;
  /** Something happened that a control may have to act upon. */
  isDue: boolean;
  /** Returns of a day were added since the volatilities were computed. */
  isStale: boolean;
  /** How late the own timers are, and how far the broker's clock is away. Nothing where no process tells. */
  loopLagMs: number | undefined;
  clockSkewMs: number | undefined;
}

/** So long the broker's word on buying power says something of now; that it must not be older is held by another control. */
export const GIVEN_COUNTS_MS = 2 * MINUTE_MS;

export const newRiskState = (): RiskState => ({
  units: 0,
  peak: 0,
  week: undefined,
  windowEndsAt: 0 as Instant,
  high: 0,
  highBefore: 0,
  given: [],
  cancelledAt: [],
  unfilledInRow: 0,
  rejectedInRow: 0,
  isDue: false,
  isStale: false,
  loopLagMs: undefined,
  clockSkewMs: undefined,
});
