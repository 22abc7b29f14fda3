/**
 * A broker with moods for the exits: it takes orders or not, answers or not, fills whatever waits whenever it likes and in any
 * parts, ends the other one of a pair, and tells of all of it late, twice, or only when asked. What it never does is forgive: an order
 * that would close more than is held and not already being closed is noted as an offence.
 */
import type { BrokerStatus } from '#server/domain/broker-status.ts';
import { type BrokerOrderId, type ExecutionId, type OrderId, stopSideOf } from '#server/domain/ids.ts';
import { absolute, formatFixed, type Money, notional, parsePrice, type Quantity, UNIT } from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import type { OrderView, Statement } from '#server/domain/statement.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { AAPL, statement } from '#tests/support/builders.ts';

interface Kept {
  readonly id: OrderId;
  readonly side: Side;
  readonly isReducing: boolean;
  quantity: bigint;
  /** The other one of its pair. */
  other: OrderId | undefined;
  readonly isStop: boolean;
  filled: bigint;
  status: BrokerStatus;
  updatedAt: Instant;
}

const PRICE = parsePrice('100');

export class MoodyBroker {
  position = 0n;
  cash = 100_000n * UNIT;
  readonly offences: string[] = [];
  readonly orders = new Map<OrderId, Kept>();
  readonly #random: () => number;
  /** What waits to be told, by order; each order's in order. */
  readonly #news = new Map<OrderId, Event[]>();
  #wires: Command[] = [];
  #clock = 0;
  readonly #fills: Event[] = [];
  /** 0 to 1: how often it does something strange. */
  mood = 0.1;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Its own clock: later with each change. */
  #now(): Instant {
    return ++this.#clock as Instant;
  }

  #isStrange(): boolean {
    return this.#random() < this.mood;
  }

  send(commands: readonly Command[]): void {
    this.#wires.push(...commands);
  }

  /** The process died: what it had not sent yet is never sent; what had not been told is not told. */
  crash(): void {
    this.#wires = [];
    this.#news.clear();
  }

  get isQuiet(): boolean {
    return this.#wires.length === 0 && this.#news.size === 0;
  }

  #tell(id: OrderId, event: Event): void {
    this.#news.set(id, [...(this.#news.get(id) ?? []), event]);
  }

  /** The next piece of news of some order. */
  hear(): Event | undefined {
    const ids = [...this.#news.keys()];
    const id = ids[Math.floor(this.#random() * ids.length)];
    if (id === undefined) return undefined;
    const queue = this.#news.get(id) ?? [];
    const event = queue[0];
    if (!this.#isStrange()) queue.shift();
    if (queue.length === 0) this.#news.delete(id);
    return event;
  }

  /** One command arrives. */
  receive(): void {
    const command = this.#wires.shift();
    if (command?.kind === 'place') this.#take(command);
    else if (command?.kind === 'replace') this.#replace(command);
    else if (command?.kind === 'cancel') this.#cancel(command.order);
    else if (command?.kind === 'cancelEverything') for (const { id } of this.#live()) this.#cancel(id);
    else if (command?.kind === 'ask') this.#answer(command.order);
  }

  #live(): Kept[] {
    return [...this.orders.values()].filter(({ status }) => status === 'new');
  }

  /** Two of a pair claim once. */
  claimed(): bigint {
    let claimed = 0n;
    for (const one of this.#live()) {
      const other = this.#other(one);
      if (!one.isReducing || (other?.status === 'new' && one.isStop)) continue;
      claimed += one.quantity - one.filled - (other?.filled ?? 0n);
    }
    return claimed;
  }

  #other({ other }: Kept): Kept | undefined {
    return other === undefined ? undefined : this.orders.get(other);
  }

  /** In a mood it does it and denies it, or says nothing. */
  #replace({ order, replaces }: Command & { kind: 'replace' }): void {
    const old = this.orders.get(replaces);
    const isDone = old?.status === 'new' && !this.#isStrange();
    if (isDone) {
      const fresh: Kept = { ...old, id: order, quantity: old.quantity - old.filled, filled: 0n, updatedAt: this.#now() };
      this.orders.set(order, fresh);
      const other = this.#other(old);
      // What the old one sold, the other one no longer does.
      if (other !== undefined) Object.assign(other, { other: order, quantity: other.quantity - old.filled });
      this.#end(old, 'replaced');
    }
    if (this.#isStrange()) this.#tell(order, { kind: 'orderUnknown', order, reason: 'timeout' });
    else if (!isDone || this.#isStrange()) this.#tell(order, { kind: 'orderRejected', order, code: '422', reason: 'in a mood' });
    else this.#tell(order, { kind: 'orderAccepted', order, brokerId: `b-${order}` as BrokerOrderId });
    const fresh = this.orders.get(order);
    if (fresh !== undefined && !this.#isStrange()) this.#tell(order, { kind: 'orderSeen', view: this.#view(fresh) });
  }

  #take({ order, intent }: Command & { kind: 'place' }): void {
    if (this.#isStrange()) {
      const never = this.#random() < 0.5;
      if (never) {
        this.#tell(order, { kind: 'orderRejected', order, code: '403', reason: 'in a mood' });
        return;
      }
    }
    const isReducing = intent.purpose === 'reduce';
    if (isReducing) this.#suspect(order, intent.side, intent.quantity);
    const silent = this.#isStrange();
    for (const id of intent.type === 'oco' ? [order, stopSideOf(order)] : [order]) {
      const partner = id === order ? stopSideOf(order) : order;
      const kept: Kept = {
        other: intent.type === 'oco' ? partner : undefined,
        isStop: id !== order,
        id,
        side: intent.side,
        isReducing,
        quantity: intent.quantity,
        filled: 0n,
        status: 'new',
        updatedAt: this.#now(),
      };
      this.orders.set(id, kept);
      if (silent) continue;
      this.#tell(id, { kind: 'orderAccepted', order: id, brokerId: `b-${id}` as BrokerOrderId });
      if (!this.#isStrange()) this.#tell(id, { kind: 'orderSeen', view: this.#view(kept) });
    }
    if (silent) this.#tell(order, { kind: 'orderUnknown', order, reason: 'timeout' });
  }

  #suspect(order: OrderId, side: Side, quantity: bigint): void {
    const closes = this.position > 0n ? side === 'sell' : side === 'buy';
    const free = absolute(this.position) - this.claimed();
    if (closes && quantity <= free) return;
    this.offences.push(`${order} ${side} ${formatFixed(quantity)}: ${formatFixed(this.position)} held, ${formatFixed(free)} free`);
  }

  #cancel(id: OrderId): void {
    const one = this.orders.get(id);
    if (one === undefined) {
      this.#tell(id, { kind: 'orderNotFound', order: id });
    } else if (one.status !== 'new' || this.#isStrange()) {
      this.#tell(id, { kind: 'cancelRefused', order: id, reason: 'in a mood' });
    } else {
      for (const each of [one, this.#other(one)]) if (each?.status === 'new') this.#end(each, 'canceled');
    }
  }

  #end(one: Kept, status: BrokerStatus): void {
    one.status = status;
    one.updatedAt = this.#now();
    // The stream forgets some endings.
    if (!this.#isStrange()) this.#tell(one.id, { kind: 'orderSeen', view: this.#view(one) });
  }

  #view({ id, side, quantity, filled, status, updatedAt }: Kept): OrderView {
    const brokerId = `b-${id}` as BrokerOrderId;
    const amounts = { quantity: quantity as Quantity, filled: filled as Quantity, averageFillPrice: undefined };
    return { id, brokerId, symbol: AAPL, side, brokerStatus: status, updatedAt, ...amounts };
  }

  #answer(id: OrderId): void {
    const one = this.orders.get(id);
    if (one === undefined) this.#tell(id, { kind: 'orderNotFound', order: id });
    else this.#tell(id, { kind: 'orderSeen', view: this.#view(one), asked: true });
  }

  /** Something that waits is filled, wholly or in part: whatever the price is. */
  trade(part: number, onlyMarket: (id: OrderId) => boolean = () => true): void {
    const live = this.#live().filter(({ id }) => onlyMarket(id));
    const one = live[Math.floor(this.#random() * live.length)];
    if (one === undefined) return;
    const other = this.#other(one);
    const left = one.quantity - one.filled - (other?.filled ?? 0n);
    const shares = (left * BigInt(Math.ceil(part * 100))) / 100n / UNIT;
    const quantity = shares > 0n ? shares * UNIT : left;
    if (quantity <= 0n) return;
    one.filled += quantity;
    const signed = one.side === 'buy' ? quantity : -quantity;
    this.position += signed;
    this.cash -= notional(PRICE, signed as Quantity);
    const executionId = `x${this.#fills.length}` as ExecutionId;
    const fill = {
      executionId,
      order: one.id,
      symbol: AAPL,
      side: one.side,
      quantity: quantity as Quantity,
      price: PRICE,
      at: 0 as Instant,
    };
    this.#fills.push({ kind: 'fill', fill });
    this.#tell(one.id, { kind: 'fill', fill });
    if (quantity < left) return;
    this.#end(one, 'filled');
    if (other?.status === 'new') this.#end(other, 'canceled');
  }

  /** A day order ends, or somebody cancels at the broker's own page. */
  expire(): void {
    const live = this.#live();
    const one = live[Math.floor(this.#random() * live.length)];
    if (one === undefined) return;
    const status = this.#random() < 0.5 ? 'expired' : 'canceled';
    for (const each of [one, this.#other(one)]) if (each?.status === 'new') this.#end(each, status);
  }

  /** Fills first, all of them, as the adapter tells them after a restart: the engine knows which are news. */
  reconcile(asOf: Instant): Event[] {
    const position = { symbol: AAPL, quantity: this.position as Quantity, averageEntryPrice: PRICE };
    const all: Statement = statement({
      asOf,
      cash: this.cash as Money,
      positions: this.position === 0n ? [] : [position],
      openOrders: this.#live().map((one) => this.#view(one)),
    });
    return [...this.#fills, { kind: 'statement', statement: all }];
  }
}
