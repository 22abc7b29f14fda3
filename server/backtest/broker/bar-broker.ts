/**
 * The other side of a backtest: orders in, fills out, bar by bar. What it does in a bar, in this order: orders meet the
 * open, by the sequence in which they were given; then the stops meet the bar's range, then the limits; then orders for
 * the close, then what has grown old; then trailing stops follow. docs/backtesting.md has every rule with an example.
 */
import type { OrderId } from '#server/domain/ids.ts';
import { absolute, type Quantity, ZERO_QUANTITY } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Lane } from '../lane.ts';
import type { FillSettings } from '../request.ts';
import type { Account } from './account.ts';
import { type Execution, execute } from './execution.ts';
import { atOpen, isStop, isTouched, isWithin, limitInside, stopInside } from './match.ts';
import { type OrderEnd, type OrderRequest, WorkingOrder } from './order.ts';
import { expiryOf, isForBar, isImmediate } from './time-in-force.ts';
import { follow, trailFrom } from './trailing.ts';

/** Whoever gave the orders hears what becomes of them, at once; it may answer with orders. */
export interface Listener {
  onFill(order: WorkingOrder, execution: Execution, lane: Lane, at: Instant): void;
  /** It ended; `filled` was told by the fill before. */
  onEnd(order: WorkingOrder, lane: Lane, at: Instant): void;
}

const WITHDRAWN = 'withdrawn';
const GONE = 'the equity is gone';

type Phase = 'open' | 'inside' | 'close';

export interface BrokerParts {
  readonly lanes: readonly Lane[];
  readonly account: Account;
  /** The instant of the closes that are being told. */
  readonly clock: Float64Array;
  readonly settings: FillSettings;
  readonly listener: Listener;
}

export class BarBroker {
  /** In the sequence in which they were given. */
  readonly working: WorkingOrder[] = [];
  readonly #lanes: readonly Lane[];
  readonly #account: Account;
  readonly #settings: FillSettings;
  readonly #listener: Listener;
  readonly #clock: Float64Array;
  #phase: Phase = 'close';
  /** The beginning of the bars whose opens are looked at. */
  #opening = Number.NaN as Instant;
  /** The price of the moment, where one is known: of the fill that is being told. */
  #price = Number.NaN;
  #someEnded = false;
  #isRuined = false;

  constructor({ lanes, account, clock, settings, listener }: BrokerParts) {
    this.#lanes = lanes;
    this.#account = account;
    this.#settings = settings;
    this.#listener = listener;
    this.#clock = clock;
  }

  /** Takes an order in; a market order fills at once where fills are at the close. */
  place(request: OrderRequest, lane: Lane): void {
    const atClose = this.#phase === 'close';
    const order = new WorkingOrder(
      request,
      {
        slot: lane.slot,
        startsAt: lane.startsAt,
        activeFrom: (this.#phase === 'open' ? this.#now + 1 : this.#now) as Instant,
        entryBar: !atClose && this.#countsInEntryBar(request) ? lane.startsAt : undefined,
        price: atClose ? lane.lastClose : this.#price,
      },
      this.#settings.delayBars,
    );
    trailFrom(order);
    if (this.#isRuined) {
      this.#end(order, 'rejected', GONE);
      return;
    }
    this.working.push(order);
    if (atClose && order.type === 'market' && this.#settings.model.kind === 'close' && lane.endsAt === this.#now) {
      this.#fill(order, lane, lane.lastClose, false);
      this.#sweep();
    }
  }

  /** Given inside a bar, behind the entry, the target may have been passed before: only the stop counts. */
  #countsInEntryBar({ type }: OrderRequest): boolean {
    if (this.#settings.legsFrom === 'nextBar' || type === 'market') return false;
    return this.#phase === 'open' || type !== 'limit';
  }

  cancel(id: OrderId): void {
    const order = this.working.find((one) => one.id === id);
    if (order === undefined || order.end !== undefined) return;
    this.#end(order, 'cancelled', WITHDRAWN);
    if (this.#phase === 'close') this.#sweep();
  }

  cancelAll(): void {
    for (const order of [...this.working]) this.cancel(order.id);
  }

  get #now(): Instant {
    return this.#phase === 'open' ? this.#opening : (this.#clock[0] as Instant);
  }

  /** The bars of the clock's instant have closed: orders given from now on are given then. */
  closed(): void {
    this.#phase = 'close';
  }

  /** The opens of all bars that begin before this instant and were not yet looked at, by the time at which they begin. */
  opens(before: number): void {
    for (;;) {
      let first = before;
      for (const { slot } of this.working) {
        const lane = this.#lanes[slot] as Lane;
        if (lane.index < lane.length && lane.openedAt !== lane.startsAt && lane.startsAt < first) first = lane.startsAt;
      }
      if (first >= before) return;
      this.#openAt(first as Instant);
    }
  }

  #openAt(at: Instant): void {
    this.#phase = 'open';
    this.#opening = at;
    const count = this.working.length;
    for (let nth = 0; nth < count; nth++) {
      const order = this.working[nth] as WorkingOrder;
      const lane = this.#lanes[order.slot] as Lane;
      if (order.end === undefined && lane.index < lane.length && lane.startsAt === at) this.#meetOpen(order, lane);
    }
    for (const lane of this.#lanes) if (lane.index < lane.length && lane.startsAt === at) lane.openedAt = at;
    this.#sweep();
  }

  #meetOpen(order: WorkingOrder, lane: Lane): void {
    const { startsAt } = lane;
    if (startsAt < order.activeFrom) return;
    if (startsAt >= order.expiresAt) {
      this.#end(order, 'expired', 'its time was up');
      return;
    }
    if (!isForBar(order, lane)) return;
    if (order.waits > 0) {
      order.waits--;
      return;
    }
    order.activeBar = startsAt;
    if (Number.isNaN(order.expiresAt)) order.expiresAt = expiryOf(order, lane);
    if (order.timeInForce === 'cls') return;
    order.isLimitNow = order.triggered;
    const price = atOpen(order, lane.open);
    if (!Number.isNaN(price) && !this.#givesWay(order, lane)) this.#fill(order, lane, price, false);
    order.isLimitNow = order.triggered;
    if (isImmediate(order) && order.end === undefined) this.#end(order, 'cancelled', 'it could not fill at once');
  }

  /** A target whose stop is touched in the same bar gives way to it, even where the bar opens beyond the target. */
  #givesWay({ type, isLimitNow, group, slot }: WorkingOrder, lane: Lane): boolean {
    if ((type !== 'limit' && !isLimitNow) || group === undefined) return false;
    return this.working.some(
      (other) => other.group === group && other.slot === slot && other.end === undefined && isStop(other) && isTouched(other, lane),
    );
  }

  /** The rest of a bar, and its end. */
  inside(lane: Lane): void {
    if (this.working.length === 0) return;
    this.#phase = 'inside';
    const { working } = this;
    let from = 0;
    // What is given in answer to a fill may still have to meet the same bar.
    while (from < working.length) {
      const to = working.length;
      for (let nth = from; nth < working.length; nth++) this.#meetRange(working[nth] as WorkingOrder, lane, true);
      for (let nth = from; nth < to; nth++) this.#meetRange(working[nth] as WorkingOrder, lane, false);
      from = to;
    }
    for (let nth = 0; nth < working.length; nth++) this.#meetClose(working[nth] as WorkingOrder, lane);
    this.#sweep();
  }

  #meetRange(order: WorkingOrder, lane: Lane, stops: boolean): void {
    if (order.slot !== lane.slot || order.end !== undefined || isStop(order) !== stops || order.type === 'market') return;
    const { startsAt } = lane;
    if ((order.activeBar !== startsAt && order.entryBar !== startsAt) || order.timeInForce === 'cls') return;
    const range = {
      reference: order.entryBar === startsAt ? order.entryReference : lane.open,
      high: lane.high,
      low: lane.low,
      close: lane.close,
    };
    const price = stops ? stopInside(order, range) : limitInside(order, range);
    if (!Number.isNaN(price)) this.#fill(order, lane, price, true);
  }

  #meetClose(order: WorkingOrder, lane: Lane): void {
    if (order.slot !== lane.slot || order.end !== undefined) return;
    const { startsAt, endsAt, close } = lane;
    if (order.activeBar !== startsAt && order.entryBar !== startsAt) return;
    const isUp = endsAt >= order.expiresAt;
    if (isUp && order.timeInForce === 'cls' && (order.type !== 'limit' || isWithin(order.side === 'buy', close, order.limit))) {
      this.#fill(order, lane, close, false);
    }
    if (order.end !== undefined) return;
    if (isUp) this.#end(order, 'expired', 'its time was up');
    else follow(order, lane, this.#settings.trailBy);
  }

  #fill(order: WorkingOrder, lane: Lane, price: number, rested: boolean, settings = this.#settings): void {
    const execution = execute(settings, this.#account, { order, lane, price, rested });
    if (execution === 'nothing') return;
    if ('refused' in execution) {
      this.#end(order, order.filled > 0n ? 'cancelled' : 'rejected', execution.refused);
      return;
    }
    const { quantity } = execution;
    this.#account.apply(lane.slot, { side: order.side, quantity, price: execution.price }, execution.fee);
    this.#take(lane, quantity);
    order.filled = (order.filled + quantity) as Quantity;
    order.left = ((order.left ?? 0n) - quantity) as Quantity;
    if (order.left === 0n) this.#finish(order, 'filled', '');
    this.#price = price;
    this.#listener.onFill(order, execution, lane, this.#now);
    if (execution.cut !== undefined && order.end === undefined) this.#end(order, 'cancelled', execution.cut);
    this.#takeOffGroup(order, quantity);
  }

  #take(lane: Lane, quantity: Quantity): void {
    lane.taken = ((lane.takenAt === lane.startsAt ? lane.taken : 0n) + quantity) as Quantity;
    lane.takenAt = lane.startsAt;
  }

  /** One of several that exclude each other has filled. */
  #takeOffGroup({ group, id, slot }: WorkingOrder, quantity: Quantity): void {
    if (group === undefined) return;
    for (const other of this.working) {
      if (other.group !== group || other.id === id || other.slot !== slot || other.end !== undefined) continue;
      other.left = (other.left === undefined || other.left <= quantity ? 0n : other.left - quantity) as Quantity;
      if (other.left === ZERO_QUANTITY) this.#end(other, 'cancelled', `${id} of its group filled`);
    }
  }

  #finish(order: WorkingOrder, end: OrderEnd, reason: string): void {
    order.end = end;
    order.endReason = reason;
    this.#someEnded = true;
  }

  #end(order: WorkingOrder, end: OrderEnd, reason: string): void {
    this.#finish(order, end, reason);
    this.#listener.onEnd(order, this.#lanes[order.slot] as Lane, this.#now);
  }

  /** Takes the ended ones out of the list. */
  #sweep(): void {
    if (!this.#someEnded) return;
    this.#someEnded = false;
    let kept = 0;
    for (const order of this.working) if (order.end === undefined) this.working[kept++] = order;
    this.working.length = kept;
  }

  /** The equity is gone: everything is cancelled, and what is held is closed at the newest closes. */
  liquidate(): void {
    this.#isRuined = true;
    for (const order of this.working) if (order.end === undefined) this.#end(order, 'cancelled', GONE);
    const settings = { ...this.#settings, maxParticipation: undefined };
    for (const lane of this.#lanes) {
      const { quantity } = this.#account.position(lane.slot);
      if (quantity === 0n) continue;
      const request = closing(`liquidation-${lane.slot}` as OrderId, quantity, GONE);
      const moment = { slot: lane.slot, startsAt: lane.startsAt, activeFrom: this.#now, entryBar: undefined, price: lane.lastClose };
      this.#fill(new WorkingOrder(request, moment, 0), lane, lane.lastClose, false, settings);
    }
    this.#sweep();
  }
}

const closing = (id: OrderId, quantity: Quantity, reason: string): OrderRequest => ({
  id,
  side: quantity > 0n ? 'sell' : 'buy',
  type: 'market',
  quantity: absolute(quantity) as Quantity,
  notional: undefined,
  limitPrice: undefined,
  stopPrice: undefined,
  trail: undefined,
  timeInForce: 'ioc',
  group: undefined,
  portfolio: undefined,
  deployments: [],
  reason,
});
