/** Lots, first in, first out: what a fill closes becomes trades, what it opens waits for its exit. */
import type { DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import { divideRounded, type Money, notional, type Price, type Quantity, toNumber } from '#server/domain/money.ts';
import type { ExitRule, Side } from '#server/domain/order.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Lane } from './lane.ts';
import type { TradeRow } from './result.ts';

interface Lot {
  readonly direction: 1 | -1;
  left: Quantity;
  readonly price: Price;
  readonly at: Instant;
  readonly bar: number;
  /** Of what is left. */
  commission: Money;
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
  highest: number;
  lowest: number;
}

export interface LotFill {
  readonly side: Side;
  /** What the position changes by: coins that were kept as a fee are not in it. */
  readonly quantity: Quantity;
  readonly price: Price;
  readonly commission: Money;
  readonly at: Instant;
  /** The curve's next point. */
  readonly bar: number;
  readonly portfolio: PortfolioId | undefined;
  readonly deployments: readonly DeploymentId[];
  readonly reason: string;
  readonly exit: ExitRule | undefined;
}

export class Lots {
  readonly #open: Lot[][];
  #trades: TradeRow[] = [];

  constructor(slots: number) {
    this.#open = Array.from({ length: slots }, () => []);
  }

  fill(lane: Lane, fill: LotFill): void {
    const open = this.#open[lane.slot] as Lot[];
    const direction = fill.side === 'buy' ? 1 : -1;
    let left: bigint = fill.quantity;
    let commission: bigint = fill.commission;
    while (left > 0n && open.length > 0 && (open[0] as Lot).direction !== direction) {
      const lot = open[0] as Lot;
      const quantity = (left < lot.left ? left : lot.left) as Quantity;
      const ofExit = quantity === left ? commission : divideRounded(commission * quantity, left);
      this.#trades.push(close(lane, lot, quantity, ofExit as Money, fill));
      left -= quantity;
      commission -= ofExit;
      if (lot.left === 0n) open.shift();
    }
    if (left === 0n) return;
    const { price, at, bar, portfolio, deployments } = fill;
    const value = toNumber(price);
    open.push({
      direction,
      left: left as Quantity,
      price,
      at,
      bar,
      commission: commission as Money,
      portfolio,
      deployments,
      highest: value,
      lowest: value,
    });
  }

  /** A bar has passed over what is open. */
  pass(lane: Lane): void {
    const open = this.#open[lane.slot] as Lot[];
    const high = lane.columns.high[lane.index] as number;
    const low = lane.columns.low[lane.index] as number;
    for (let nth = 0; nth < open.length; nth++) {
      const lot = open[nth] as Lot;
      if (high > lot.highest) lot.highest = high;
      if (low < lot.lowest) lot.lowest = low;
    }
  }

  /** The trades since the last taking. */
  take(): TradeRow[] {
    const trades = this.#trades;
    this.#trades = [];
    return trades;
  }
}

/** Takes the quantity out of the lot. */
function close(lane: Lane, lot: Lot, quantity: Quantity, exitCommission: Money, fill: LotFill): TradeRow {
  const entryCommission = quantity === lot.left ? lot.commission : divideRounded(lot.commission * quantity, lot.left);
  lot.left = (lot.left - quantity) as Quantity;
  lot.commission = (lot.commission - entryCommission) as Money;
  const exit = toNumber(fill.price);
  const [entry, size] = [toNumber(lot.price), toNumber(quantity)];
  const [highest, lowest] = [Math.max(lot.highest, exit), Math.min(lot.lowest, exit)];
  const isLong = lot.direction > 0;
  const commission = (entryCommission + exitCommission) as Money;
  const gross = notional(fill.price, quantity) - notional(lot.price, quantity);
  return {
    symbol: lane.symbol,
    direction: isLong ? 'long' : 'short',
    quantity,
    enteredAt: lot.at,
    exitedAt: fill.at,
    entryBar: lot.bar,
    exitBar: fill.bar,
    entryPrice: lot.price,
    exitPrice: fill.price,
    commission,
    profit: ((isLong ? gross : -gross) - commission) as Money,
    maxAdverse: Math.min(0, isLong ? lowest - entry : entry - highest) * size,
    maxFavourable: Math.max(0, isLong ? highest - entry : entry - lowest) * size,
    portfolio: lot.portfolio,
    deployments: lot.deployments,
    exitReason: fill.reason,
    exitRule: fill.exit,
  };
}
