/** What the controls must know of the account's past: the value of a unit and its peak, the week, what left and what came to nothing. */
import type { Money } from './money.ts';
import type { Instant } from './time.ts';

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
  loopLagMs: number;
  clockSkewMs: number;
}

export const newRiskState = (): RiskState => ({
  units: 0,
  peak: 0,
  week: undefined,
  windowEndsAt: 0 as Instant,
  high: 0,
  highBefore: 0,
  cancelledAt: [],
  unfilledInRow: 0,
  rejectedInRow: 0,
  isDue: false,
  isStale: false,
  loopLagMs: 0,
  clockSkewMs: 0,
});
