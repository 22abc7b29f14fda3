/** What a backtest writes down as it goes: rows that are taken away whole or in parts. */

import type { Decision } from '#server/domain/decision.ts';
import type { Quantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { inDollars } from './broker/commission.ts';
import type { Execution } from './broker/execution.ts';
import type { WorkingOrder } from './broker/order.ts';
import type { Lane } from './lane.ts';
import { Lots } from './lots.ts';
import type { DecisionRow, FillRow, OrderRow, TradeRow } from './result.ts';

export interface Rows {
  readonly orders: readonly OrderRow[];
  readonly fills: readonly FillRow[];
  readonly trades: readonly TradeRow[];
  readonly decisions: readonly DecisionRow[];
}

export class Ledger {
  readonly lots: Lots;
  #orders: OrderRow[] = [];
  #fills: FillRow[] = [];
  #decisions: DecisionRow[] = [];

  constructor(slots: number) {
    this.lots = new Lots(slots);
  }

  /** `bar` is the index of the curve's next point. */
  fill(order: WorkingOrder, { quantity, price, fee }: Execution, lane: Lane, bar: number): void {
    const { side, type, portfolio, deployments, reason, exit } = order;
    const at = lane.startsAt;
    const commission = inDollars(fee, price);
    this.#fills.push({ at, symbol: lane.symbol, side, quantity, price, commission, order: order.id, type, portfolio, reason });
    const changed = (side === 'buy' ? quantity - fee.quantity : quantity + fee.quantity) as Quantity;
    this.lots.fill(lane, { side, quantity: changed, price, commission, at, bar, portfolio, deployments, reason, exit });
  }

  /** An order that ended, or that the end of the bars found working. */
  order(order: WorkingOrder, lane: Lane): void {
    this.#orders.push({
      order: order.id,
      at: order.givenAt,
      symbol: lane.symbol,
      side: order.side,
      type: order.type,
      quantity: order.quantity ?? ((order.filled + (order.left ?? 0n)) as Quantity),
      limitPrice: order.limitPrice,
      stopPrice: order.stopNow,
      timeInForce: order.timeInForce,
      status: order.end ?? 'working',
      filled: order.filled,
      reason: order.endReason === '' ? order.reason : order.endReason,
    });
  }

  decision(decision: Decision, at: Instant): void {
    // The engine has let go of it, so it need not be copied to get its time.
    this.#decisions.push(Object.assign(decision, { at }));
  }

  /** The rows since the last taking. */
  take(): Rows {
    const rows = { orders: this.#orders, fills: this.#fills, trades: this.lots.take(), decisions: this.#decisions };
    this.#orders = [];
    this.#fills = [];
    this.#decisions = [];
    return rows;
  }
}
