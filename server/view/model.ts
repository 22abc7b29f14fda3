/** What the live view of a terminal shows: plain values, read from the daemon between two turns. */
import type { KillLevel } from '#server/domain/kill.ts';
import type { StockHours } from '#server/domain/session.ts';
import type { StreamHealth } from '#server/runtime/desk.ts';

export interface PositionRow {
  readonly symbol: string;
  readonly quantity: string;
  /** Nothing before the first bar. */
  readonly price: string | undefined;
  readonly value: string;
  readonly unrealised: string;
}

export interface OrderRow {
  readonly symbol: string;
  readonly side: string;
  readonly quantity: string;
  readonly status: string;
}

export interface DecisionRow {
  /** Market time, milliseconds. */
  readonly at: number;
  readonly symbol: string;
  /** What was decided and why, in words. */
  readonly summary: string;
}

/** Money and quantities are decimal strings. */
export interface ViewModel {
  readonly mode: string;
  /** How many times faster than the wall market time runs, where it does. */
  readonly speed?: number | undefined;
  /** Milliseconds; nothing before the first event. */
  readonly marketTime: number | undefined;
  /** Nothing before there is a calendar. */
  readonly stocks?: StockHours | undefined;
  readonly killLevel: KillLevel;
  readonly killReason: string;
  readonly latchId: number;
  readonly equity: string;
  readonly cash: string;
  /** Nothing before the day's first statement. */
  readonly dayProfitLoss: string | undefined;
  readonly positions: readonly PositionRow[];
  readonly openOrders: readonly OrderRow[];
  /** Newest first. */
  readonly decisions: readonly DecisionRow[];
  readonly filledOrders: number;
  readonly streams: readonly StreamHealth[];
  readonly reconciled: boolean;
  /** Oldest first. */
  readonly equityHistory: readonly number[];
  readonly pid: number;
  /** The data folder when it is not the default one: the kill commands have to name it. */
  readonly home: string | undefined;
  /** Whatever else the operator should read, such as where the log is. */
  readonly notes: readonly string[];
}
