/** What is kept in memory of what goes to a run's folder: figures always, rows only for an answer or a report that has them. */
import { toNumber } from '#server/domain/money.ts';
import { closedTrade } from '../metrics/summarise.ts';
import type { ClosedTrade } from '../metrics/trades.ts';
import type { DecisionRow, FillRow, OrderRow, TradeRow } from '../result.ts';
import type { Piece } from './drive.ts';
import { KeptCurve } from './kept-curve.ts';

export interface Counts {
  orders: number;
  fills: number;
  trades: number;
}

export interface Keeping {
  readonly rows: boolean;
  /** Decisions that were refused and orders that did not fill whole, the first of them. */
  readonly refused: boolean;
}

const MOST_REFUSED = 50_000;

export class Kept {
  readonly curve = new KeptCurve();
  readonly counts: Counts = { orders: 0, fills: 0, trades: 0 };
  /** Dollars bought and sold. */
  traded = 0;
  readonly closed: ClosedTrade[] = [];
  readonly fills: FillRow[] = [];
  readonly trades: TradeRow[] = [];
  readonly refused: DecisionRow[] = [];
  readonly unfilled: OrderRow[] = [];
  readonly #keeping: Keeping;

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  add({ curve, rows }: Piece): void {
    this.curve.add(curve);
    const { counts } = this;
    counts.orders += rows.orders.length;
    counts.fills += rows.fills.length;
    counts.trades += rows.trades.length;
    for (const { price, quantity } of rows.fills) this.traded += toNumber(price) * toNumber(quantity);
    for (const trade of rows.trades) {
      this.closed.push(closedTrade(trade));
    }
    if (this.#keeping.rows) {
      for (const fill of rows.fills) this.fills.push(fill);
      for (const trade of rows.trades) this.trades.push(trade);
    }
    if (!this.#keeping.refused) return;
    for (const decision of rows.decisions) {
      if (decision.verdict?.kind === 'refused' && this.refused.length < MOST_REFUSED) this.refused.push(decision);
    }
    for (const order of rows.orders) {
      if (order.filled < order.quantity && this.unfilled.length < MOST_REFUSED) this.unfilled.push(order);
    }
  }
}
