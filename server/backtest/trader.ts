/** Whoever gives the orders of a backtest: the engine with its plan, a script, or a rule of a test. */
import type { Decision } from '#server/domain/decision.ts';
import type { OrderId } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Listener } from './broker/bar-broker.ts';
import type { OrderRequest } from './broker/order.ts';
import type { Lane } from './lane.ts';

/** What a trader may do. */
export interface Desk {
  place(order: OrderRequest, lane: Lane): void;
  cancel(id: OrderId): void;
  cancelAll(): void;
  /** Writes down what was thought. */
  note(decision: Decision, at: Instant): void;
}

export interface Trader extends Listener {
  /** Before the first bar. */
  begin(desk: Desk, at: Instant): void;
  /** A bar of this lane has closed: the lane's current one. */
  close(lane: Lane): void;
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
