/** Gives scripted orders at the closes that they name: no agents, no limits, the accounting alone. */
import { BarFileError } from '#server/domain/bar-file.ts';
import { type OrderId, orderId, type RunId } from '#server/domain/ids.ts';
import { ZERO_QUANTITY } from '#server/domain/money.ts';
import { stamp } from '#server/exchange/stamp.ts';
import type { WorkingOrder } from './broker/order.ts';
import type { Lane } from './lane.ts';
import { Refusals } from './refusals.ts';
import type { ScriptedOrder } from './request.ts';
import { BacktestError, type Desk, type Trader } from './trader.ts';

interface Numbered {
  readonly order: ScriptedOrder;
  readonly id: OrderId;
  readonly nth: number;
}

const RUN = 'rscript' as RunId;

export class ScriptTrader implements Trader {
  readonly #lanes: readonly Lane[];
  /** By slot, oldest first. */
  readonly #waiting: Numbered[][];
  readonly #due: Numbered[] = [];
  readonly #refusals = new Refusals();
  #desk: Desk | undefined;

  constructor(orders: readonly ScriptedOrder[], lanes: readonly Lane[]) {
    this.#lanes = lanes;
    this.#waiting = lanes.map(() => []);
    for (const [nth, order] of orders.entries()) {
      const lane = lanes.find(({ symbol }) => symbol === order.symbol);
      if (lane === undefined) {
        throw complaint(
          { order, nth },
          `is for ${order.symbol}, and there are no bars of it`,
          `there are bars of ${lanes.map(({ symbol }) => symbol).join(', ')}`,
        );
      }
      this.#waiting[lane.slot]?.push({ order, id: orderId(RUN, nth + 1, 0), nth });
    }
    for (const waiting of this.#waiting) waiting.sort((a, b) => b.order.at - a.order.at || b.nth - a.nth);
  }

  begin(desk: Desk): void {
    this.#desk = desk;
  }

  close(lane: Lane): void {
    const waiting = this.#waiting[lane.slot] as Numbered[];
    for (let next = waiting.at(-1); next !== undefined && next.order.at <= lane.startsAt; next = waiting.at(-1)) {
      if (next.order.at < lane.startsAt) throw withoutBar(next);
      this.#due.push(next);
      waiting.pop();
    }
  }

  /** In the sequence of the script, whatever the symbol. */
  instant(): void {
    if (this.#due.length === 0) return;
    this.#due.sort((a, b) => a.nth - b.nth);
    for (const { order, id } of this.#due) {
      const lane = this.#lanes.find(({ symbol }) => symbol === order.symbol) as Lane;
      this.#desk?.place({ ...order, id, portfolio: undefined, deployments: [], reason: order.type }, lane);
    }
    this.#due.length = 0;
  }

  onFill(): void {
    // A script does not answer.
  }

  /** What another of its group made needless is no news. */
  onEnd({ id, end, endReason, left }: WorkingOrder): void {
    if (end === undefined || end === 'filled' || left === ZERO_QUANTITY) return;
    this.#refusals.unfilled(end, `${id}, ${endReason}`);
  }

  finish(): readonly string[] {
    for (const waiting of this.#waiting) for (const next of waiting) throw withoutBar(next);
    return this.#refusals.remarks();
  }
}

const withoutBar = (numbered: Numbered): Error =>
  complaint(
    numbered,
    `is given at the close of the ${numbered.order.symbol} bar of ${stamp(numbered.order.at)}, and there is no such bar`,
    'the timestamp of an order is that of a bar of its symbol, within the range',
  );

/** Names the line of the file, when the order comes from one. */
function complaint({ order: { source }, nth }: Pick<Numbered, 'order' | 'nth'>, fault: string, remedy: string): Error {
  const message = `order ${nth + 1} ${fault}`;
  return source === undefined ? new BacktestError(message, remedy) : new BarFileError(source.file, source.line, message, remedy);
}
