/**
 * A backtest under way: bars are offered chunk by chunk, `advance` goes on until one is missing. Time is told in order:
 * bars that begin open before any bar that closes later is looked at, and all that close at one instant are one instant.
 */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { Money } from '#server/domain/money.ts';
import { DAY_MS, type Instant } from '#server/domain/time.ts';
import { stamp } from '#server/exchange/stamp.ts';
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
  readonly #keepsDecisions: boolean;
  /** The instant that is being told, where everybody looks. In an array: a number that is handed over becomes an object on the way. */
  readonly #clock = new Float64Array(1);
  readonly #point = new Float64Array(3);
  #hasBegun = false;
  #isRuined = false;
  #remarks: string[] = [];

  constructor({ instruments, cash, fill, keepsDecisions = true }: BacktestSettings, hire: (lanes: readonly Lane[]) => Trader) {
    const lanes = instruments.map((instrument, slot) => new Lane(slot, instrument));
    this.lanes = lanes;
    this.#curve = new Curve(lanes.map(({ symbol }) => symbol));
    this.#ledger = new Ledger(lanes.length);
    this.account = new Account(lanes, cash, fill.leverage);
    this.#keepsDecisions = keepsDecisions;
    this.#trader = hire(lanes);
    this.#broker = new BarBroker({ lanes, account: this.account, clock: this.#clock, settings: fill, listener: this.#listener() });
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
    const [ledger, broker, keepsDecisions] = [this.#ledger, this.#broker, this.#keepsDecisions];
    return {
      place: (order, lane) => broker.place(order, lane),
      cancel: (id) => broker.cancel(id),
      cancelAll: () => broker.cancelAll(),
      note: (decision, at) => keepsDecisions && ledger.decision(decision, at),
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
    const { lanes } = this;
    const clock = this.#clock;
    for (;;) {
      clock[0] = Number.POSITIVE_INFINITY;
      for (let slot = 0; slot < lanes.length; slot++) {
        const lane = lanes[slot] as Lane;
        if (lane.index < lane.length) {
          const endsAt = lane.columns.endsAt[lane.index] as number;
          if (endsAt < (clock[0] as number)) clock[0] = endsAt;
        } else if (!lane.ended) return slot;
      }
      if (clock[0] === Number.POSITIVE_INFINITY) return undefined;
      if (!this.#hasBegun) this.#begin();
      this.#instant();
    }
  }

  #begin(): void {
    this.#hasBegun = true;
    const first = Math.min(...this.lanes.filter((lane) => lane.index < lane.length).map(({ startsAt }) => startsAt));
    this.#trader.begin(this.#desk(), first as Instant);
  }

  /** Everything that happens until the bars that close at the clock's instant have. */
  #instant(): void {
    const [broker, lanes, clock, { held }] = [this.#broker, this.lanes, this.#clock, this.account];
    if (broker.working.length > 0) broker.opens(clock[0] as number);
    let first: Lane | undefined;
    for (let slot = 0; slot < lanes.length; slot++) {
      const lane = lanes[slot] as Lane;
      const { columns, index } = lane;
      lane.closes = index < lane.length && columns.endsAt[index] === clock[0];
      if (!lane.closes) continue;
      if (broker.working.length > 0) broker.inside(lane);
      if (held[slot] !== 0) this.#ledger.lots.pass(lane);
      lane.lastClose = columns.close[index] as number;
      if (first === undefined || (columns.startsAt[index] as number) < first.startsAt) first = lane;
    }
    broker.closed();
    for (let slot = 0; slot < lanes.length; slot++) if ((lanes[slot] as Lane).closes) this.#trader.close(lanes[slot] as Lane);
    this.#trader.instant();
    if (first !== undefined) this.#note(first);
    for (let slot = 0; slot < lanes.length; slot++) if ((lanes[slot] as Lane).closes) (lanes[slot] as Lane).index++;
  }

  #note(first: Lane): void {
    const { account } = this;
    const { held } = account;
    const point = this.#point;
    point[1] = account.cashNumber;
    for (let slot = 0; slot < held.length; slot++) {
      const quantity = held[slot] as number;
      if (quantity !== 0) point[1] = (point[1] as number) + quantity * (this.lanes[slot] as Lane).lastClose;
    }
    if ((point[1] as number) <= 0 && !this.#isRuined) this.#ruin();
    point[0] = first.columns.startsAt[first.index] as number;
    point[2] = account.cashNumber;
    this.#curve.push(point, held);
  }

  /** A broker does not let an account go on that owes more than it has. */
  #ruin(): void {
    this.#isRuined = true;
    const [, equity = 0] = this.#point;
    this.#broker.liquidate();
    this.#remarks.push(`the equity fell to ${equity.toFixed(2)}: everything was closed at that close, and nothing was opened after it`);
    this.#point[1] = this.account.cashNumber;
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
    this.#remarks.push(...staleMarks(this.lanes, this.account));
    return {
      finalEquity: this.account.equity(),
      finalCash: this.account.cash,
      bars: this.lanes.reduce((sum, lane) => sum + lane.bars, 0),
      barsBySlot: this.lanes.map((lane) => lane.bars),
      remarks: [...this.#remarks, ...remarks],
    };
  }
}

/** Positions whose bars ended long before the others': they stay at a price that nobody knows any more. */
function staleMarks(lanes: readonly Lane[], { held }: Account): string[] {
  const newest = lanes.reduce((latest, { lastEnd }) => Math.max(latest, lastEnd), Number.NEGATIVE_INFINITY);
  return lanes
    .filter(({ slot, lastEnd }) => held[slot] !== 0 && newest - lastEnd > DAY_MS)
    .map(({ slot, symbol, lastClose, lastEnd }) => {
      const until = stamp(lastEnd as Instant).slice(0, 10);
      return `the bars of ${symbol} end on ${until}: the position of ${held[slot]} counts at ${lastClose} from there on and can not be closed`;
    });
}
