/**
 * A backtest under way: bars are offered chunk by chunk, `advance` goes on until one is missing. Time is told in order:
 * bars that begin open before any bar that closes later is looked at, and all that close at one instant are one instant.
 */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { Money } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { Account } from './broker/account.ts';
import { BarBroker, type Listener } from './broker/bar-broker.ts';
import { Curve } from './curve.ts';
import { Lane } from './lane.ts';
import { Ledger, type Rows } from './ledger.ts';
import type { BacktestSettings } from './request.ts';
import type { EquityCurve } from './result.ts';
import type { Desk, Trader } from './trader.ts';

export interface Outcome {
  readonly finalEquity: Money;
  readonly finalCash: Money;
  readonly bars: number;
  readonly barsBySlot: readonly number[];
  readonly remarks: readonly string[];
}

export class BacktestRun {
  readonly lanes: readonly Lane[];
  readonly account: Account;
  readonly #curve: Curve;
  readonly #ledger: Ledger;
  readonly #broker: BarBroker;
  readonly #trader: Trader;
  #hasBegun = false;
  #isRuined = false;
  #remarks: string[] = [];

  constructor({ instruments, cash, fill }: BacktestSettings, hire: (lanes: readonly Lane[]) => Trader) {
    const lanes = instruments.map((instrument, slot) => new Lane(slot, instrument));
    this.lanes = lanes;
    this.#curve = new Curve(lanes.map(({ symbol }) => symbol));
    this.#ledger = new Ledger(lanes.length);
    this.account = new Account(lanes, cash, fill.leverage);
    this.#trader = hire(lanes);
    this.#broker = new BarBroker(lanes, this.account, fill, this.#listener());
  }

  /** Everything is written down before the trader hears of it. */
  #listener(): Listener {
    const [ledger, trader, curve] = [this.#ledger, this.#trader, this.#curve];
    return {
      onFill(order, execution, lane, at) {
        ledger.fill(order, execution, lane, curve.total);
        if (order.end !== undefined) ledger.order(order, lane);
        trader.onFill(order, execution, lane, at);
      },
      onEnd(order, lane, at) {
        ledger.order(order, lane);
        trader.onEnd(order, lane, at);
      },
    };
  }

  #desk(): Desk {
    const [ledger, broker] = [this.#ledger, this.#broker];
    return {
      place: (order, lane) => broker.place(order, lane),
      cancel: (id) => broker.cancel(id),
      cancelAll: () => broker.cancelAll(),
      note: (decision) => ledger.decision(decision),
    };
  }

  /** The next bars of a symbol, or its end. */
  offer(slot: number, columns: BarColumns | undefined): void {
    const lane = this.lanes[slot] as Lane;
    if (columns === undefined) lane.ended = true;
    else lane.offer(columns);
  }

  /** So many points of the curve are coming. */
  expect(points: number): void {
    this.#curve.expect(points);
  }

  /** Goes on as far as the bars reach: the slot whose bars are missing, or nothing at the end. */
  advance(): number | undefined {
    for (;;) {
      let at = Number.POSITIVE_INFINITY;
      for (let slot = 0; slot < this.lanes.length; slot++) {
        const lane = this.lanes[slot] as Lane;
        if (lane.index >= lane.length) {
          if (lane.ended) continue;
          return lane.slot;
        }
        const { endsAt } = lane;
        if (endsAt < at) at = endsAt;
      }
      if (at === Number.POSITIVE_INFINITY) return undefined;
      if (!this.#hasBegun) this.#begin();
      this.#instant(at as Instant);
    }
  }

  #begin(): void {
    this.#hasBegun = true;
    const first = Math.min(...this.lanes.filter((lane) => lane.index < lane.length).map(({ startsAt }) => startsAt));
    this.#trader.begin(this.#desk(), first as Instant);
  }

  #instant(at: Instant): void {
    const broker = this.#broker;
    const { lanes } = this;
    const { held } = this.account;
    if (broker.working.length > 0) broker.opens(at);
    let startsAt: number = at;
    for (let slot = 0; slot < lanes.length; slot++) {
      const lane = lanes[slot] as Lane;
      lane.closes = lane.index < lane.length && lane.endsAt === at;
      if (!lane.closes) continue;
      if (broker.working.length > 0) broker.inside(lane);
      if (held[slot] !== 0) this.#ledger.lots.pass(slot, lane.high, lane.low);
      lane.lastClose = lane.close;
      if (lane.startsAt < startsAt) startsAt = lane.startsAt;
    }
    broker.closed(at);
    for (let slot = 0; slot < lanes.length; slot++) if (lanes[slot]?.closes) this.#trader.close(lanes[slot] as Lane, at);
    this.#trader.instant();
    this.#note(startsAt);
    for (let slot = 0; slot < lanes.length; slot++) if (lanes[slot]?.closes) (lanes[slot] as Lane).index++;
  }

  #note(startsAt: number): void {
    const { held, cashNumber } = this.account;
    let equity = cashNumber;
    for (let slot = 0; slot < held.length; slot++) {
      const quantity = held[slot] as number;
      if (quantity !== 0) equity += quantity * (this.lanes[slot] as Lane).lastClose;
    }
    if (equity <= 0 && !this.#isRuined) equity = this.#ruin(equity);
    this.#curve.push(startsAt, equity, this.account.cashNumber, held);
  }

  /** A broker does not let an account go on that owes more than it has. */
  #ruin(equity: number): number {
    this.#isRuined = true;
    this.#broker.liquidate();
    this.#remarks.push(`the equity fell to ${equity.toFixed(2)}: everything was closed at that close, and nothing was opened after it`);
    return this.account.cashNumber;
  }

  /** The points and rows since the last taking. */
  take(): { curve: EquityCurve; rows: Rows } {
    return { curve: this.#curve.take(), rows: this.#ledger.take() };
  }

  /** After the last bar: what became of it all. */
  finish(): Outcome {
    const remarks = this.#trader.finish();
    for (const order of this.#broker.working) this.#ledger.order(order, this.lanes[order.slot] as Lane);
    const standing = this.#broker.working.length;
    if (standing > 0) this.#remarks.push(`${standing} ${standing === 1 ? 'order was' : 'orders were'} still working at the end`);
    return {
      finalEquity: this.account.equity(),
      finalCash: this.account.cash,
      bars: this.lanes.reduce((sum, lane) => sum + lane.bars, 0),
      barsBySlot: this.lanes.map((lane) => lane.bars),
      remarks: [...this.#remarks, ...remarks],
    };
  }
}
