/** Whoever gives the orders of a backtest: the engine with its plan, a script, or a rule of a test. */
import type { OrderId } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Listener } from './broker/bar-broker.ts';
import type { OrderRequest } from './broker/order.ts';
import type { Lane } from './lane.ts';
import type { DecisionRow } from './result.ts';

/** What a trader may do. */
export interface Desk {
  place(order: OrderRequest, lane: Lane): void;
  cancel(id: OrderId): void;
  cancelAll(): void;
  /** Writes down what was thought. */
  note(decision: DecisionRow): void;
}

export interface Trader extends Listener {
  /** Before the first bar. */
  begin(desk: Desk, at: Instant): void;
  /** A bar of this lane has closed. */
  close(lane: Lane, at: Instant): void;
  /** All bars that close at this instant have. */
  instant(): void;
  /** After the last bar: whatever could not be done, for people. */
  finish(): readonly string[];
}

/** A request that can not be carried out as it stands. */
export class BacktestError extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'BacktestError';
    this.hint = hint;
  }
}
