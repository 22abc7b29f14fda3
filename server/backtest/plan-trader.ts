/** The engine as a daemon has it, with the events that a daemon gets; the broker at the other end is made of bars. */

import type { Bar } from '#server/domain/bar.ts';
import type { Books } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import { type BrokerOrderId, type ExecutionId, type OrderId, type RunId, stopSideOf } from '#server/domain/ids.ts';
import type { Money } from '#server/domain/money.ts';
import { limitPriceOf, type OrderTerms, stopPriceOf, trailOf } from '#server/domain/order-terms.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';
import { legReasons } from '#server/engine/exit-words.ts';
import { newBooks } from '#server/engine/genesis.ts';
import { step } from '#server/engine/step.ts';
import { clear, newTurn, type Turn } from '#server/engine/turn.ts';
import type { Execution } from './broker/execution.ts';
import type { OrderRequest, WorkingOrder } from './broker/order.ts';
import type { Lane } from './lane.ts';
import { Refusals } from './refusals.ts';
import type { Work } from './request.ts';
import { BacktestError, type Desk, type Trader } from './trader.ts';

const RUN = 'rb' as RunId;
/** The bar broker says its last word on an order when it ends. */
const KEPT_FINISHED_ORDERS = 8;
/** The backtest writes down what became of an order when it ends, and asks nobody which ones changed. */
const NO_LEDGER: Turn['changed'] = { add: () => undefined };

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export class PlanTrader implements Trader {
  readonly books: Books;
  readonly #plan: Plan;
  readonly #work: Work & { kind: 'plan' };
  readonly #lanes: readonly Lane[];
  readonly #cash: Money;
  readonly #turn: Turn = { ...newTurn(), changed: NO_LEDGER };
  readonly #refusals = new Refusals();
  /** One object for all bars: agents and engine look at it and keep nothing of it. */
  readonly #bar: Mutable<Bar>;
  readonly #barEvent: Event & { kind: 'bar' };
  #desk: Desk | undefined;
  #fills = 0;

  constructor(work: Work & { kind: 'plan' }, lanes: readonly Lane[], cash: Money) {
    this.#work = work;
    // Nobody states the account again: what is old about that is no fault of it.
    this.#plan = { ...work.plan, limits: { ...work.plan.limits, maxStatementAgeMs: Number.MAX_SAFE_INTEGER } };
    this.#lanes = lanes;
    this.#cash = cash;
    this.books = newBooks(RUN, work.plan, KEPT_FINISHED_ORDERS);
    const [first] = lanes;
    const [none, never] = [Number.NaN, Number.NaN as Instant];
    this.#bar = {
      symbol: first?.symbol ?? ('' as Bar['symbol']),
      startsAt: never,
      endsAt: never,
      open: none,
      high: none,
      low: none,
      close: none,
      volume: none,
    };
    this.#barEvent = { kind: 'bar', bar: this.#bar, history: false };
    for (const symbol of this.books.markets.keys()) {
      if (lanes.some((lane) => lane.symbol === symbol)) continue;
      const there = lanes.map((lane) => lane.symbol).join(', ');
      throw new BacktestError(`the plan trades ${symbol}, and there are no bars of it`, `there are bars of ${there}`);
    }
  }

  begin(desk: Desk, at: Instant): void {
    this.#desk = desk;
    const cash = this.#cash;
    this.#happen({ kind: 'started', version: 'backtest', plan: '' }, at);
    this.#happen({ kind: 'instruments', instruments: this.#lanes.map(({ instrument }) => instrument) }, at);
    this.#happen({ kind: 'calendar', sessions: this.#work.sessions }, at);
    const rest = { tradingBlocked: false, positions: [], openOrders: [], asOf: at };
    this.#happen({ kind: 'statement', statement: { account: 'backtest', cash, equity: cash, buyingPower: cash, ...rest } }, at);
  }

  close(lane: Lane): void {
    const { columns, index } = lane;
    const at = columns.endsAt[index] as Instant;
    const bar = this.#bar;
    bar.symbol = lane.symbol;
    bar.startsAt = columns.startsAt[index] as Instant;
    bar.endsAt = at;
    bar.open = columns.open[index] as number;
    bar.high = columns.high[index] as number;
    bar.low = columns.low[index] as number;
    bar.close = columns.close[index] as number;
    bar.volume = columns.volume[index] as number;
    const turn = this.#turn;
    step(this.books, this.#plan, this.#barEvent, at, turn);
    if (turn.commands.length > 0 || turn.decisions.length > 0 || turn.signals.length > 0) this.#settle(at);
  }

  instant(): void {
    // Each bar was decided on when it closed, as the daemon does.
  }

  #happen(event: Event, at: Instant): void {
    step(this.books, this.#plan, event, at, this.#turn);
    this.#settle(at);
  }

  /** Writes down what was decided and does what was asked. */
  #settle(at: Instant): void {
    const turn = this.#turn;
    const { commands, decisions } = turn;
    clear(turn);
    for (const decision of decisions) {
      this.#refusals.note(decision);
      this.#desk?.note(decision, this.#bar.startsAt);
    }
    for (const command of commands) this.#perform(command, at);
  }

  #perform(command: Command, at: Instant): void {
    switch (command.kind) {
      case 'place': {
        const lane = this.#lanes.find(({ symbol }) => symbol === command.intent.symbol) as Lane;
        for (const request of requestsOf(command)) {
          this.#happen({ kind: 'orderAccepted', order: request.id, brokerId: request.id as string as BrokerOrderId }, at);
          this.#desk?.place(request, lane);
        }
        return;
      }
      case 'replace':
        throw new Error('the bar broker says no word of a waiting order, so nothing is moved');
      case 'cancel':
        // One cancel ends both orders of a pair.
        this.#desk?.cancel(command.order);
        this.#desk?.cancel(stopSideOf(command.order));
        return;
      case 'cancelEverything':
        this.#desk?.cancelAll();
        return;
      case 'alert':
        this.#refusals.alert(command);
        return;
      case 'ask':
      case 'certify':
      case 'reconcile':
        return;
      default:
        command satisfies never;
    }
  }

  onFill(order: WorkingOrder, execution: Execution, lane: Lane, at: Instant): void {
    const { quantity, price, fee } = execution;
    const executionId = `${order.id}:${++this.#fills}` as ExecutionId;
    const fill = { executionId, order: order.id, symbol: lane.symbol, side: order.side, quantity, price, at, fee };
    this.#happen({ kind: 'fill', fill }, at);
  }

  onEnd(order: WorkingOrder, lane: Lane, at: Instant): void {
    const { id, side, filled, endReason } = order;
    if (order.end === 'rejected') {
      this.#refusals.reject(endReason);
      this.#happen({ kind: 'orderRejected', order: id, code: 'INSUFFICIENT_FUNDS', reason: endReason }, at);
      return;
    }
    const view = {
      id,
      brokerId: id as string as BrokerOrderId,
      symbol: lane.symbol,
      side,
      brokerStatus: order.end === 'expired' ? 'expired' : 'canceled',
      updatedAt: at,
      quantity: order.quantity ?? filled,
      filled,
      averageFillPrice: undefined,
    } as const;
    this.#happen({ kind: 'orderSeen', view }, at);
  }

  finish(): readonly string[] {
    return this.#refusals.remarks();
  }
}

/** One order, or the two of a pair. */
function requestsOf({ order, intent }: Command & { kind: 'place' }): OrderRequest[] {
  if (intent.type === 'oco') {
    const reasons = legReasons(intent.reason);
    const target = requestOf(order, intent, { type: 'limit', limitPrice: intent.limitPrice }, order);
    const stop = requestOf(stopSideOf(order), intent, { type: 'stop', stopPrice: intent.stopPrice }, order);
    return [
      { ...target, reason: reasons.takeProfit, exit: 'takeProfit' },
      { ...stop, reason: reasons.stopLoss },
    ];
  }
  return [requestOf(order, intent, intent, undefined)];
}

const requestOf = (id: OrderId, intent: Intent, terms: OrderTerms, group: string | undefined): OrderRequest => ({
  id,
  side: intent.side,
  type: terms.type,
  quantity: intent.quantity,
  notional: undefined,
  limitPrice: limitPriceOf(terms),
  stopPrice: stopPriceOf(terms),
  trail: trailOf(terms),
  timeInForce: intent.timeInForce,
  group,
  portfolio: intent.portfolio,
  deployments: intent.deployments,
  reason: intent.reason,
  exit: intent.exit,
});
