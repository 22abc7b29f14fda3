/** A rule as a trader: it sees bars as they close and gives orders straight to the bar broker, without agents and limits. */
import type { Execution } from '#server/backtest/broker/execution.ts';
import type { OrderRequest, WorkingOrder } from '#server/backtest/broker/order.ts';
import type { Lane } from '#server/backtest/lane.ts';
import { DEFAULT_FILL, type FillSettings } from '#server/backtest/request.ts';
import type { BacktestResult } from '#server/backtest/result.ts';
import { BacktestRun } from '#server/backtest/run.ts';
import type { Desk, Trader } from '#server/backtest/trader.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { OrderId } from '#server/domain/ids.ts';
import { equity } from '#server/domain/instrument.ts';
import { parseMoney, parsePercent, priceFromNumber, type Quantity, toNumber } from '#server/domain/money.ts';
import type { Trail } from '#server/domain/order-terms.ts';

export type Ask = Pick<OrderRequest, 'side' | 'type'> &
  Partial<Omit<OrderRequest, 'quantity' | 'limitPrice' | 'stopPrice'>> & {
    readonly quantity?: number;
    readonly limit?: number;
    readonly stop?: number;
    readonly slot?: number;
  };

/** What a rule sees and may do; `index` is the bar that has just closed. */
export interface Floor {
  readonly bars: readonly BarColumns[];
  held(slot?: number): number;
  equity(): number;
  ask(ask: Ask): void;
  cancelAll(): void;
}

export interface Rule {
  close(index: number): void;
  fill?(order: WorkingOrder, execution: Execution, index: number): void;
}

export const quantityOf = (shares: number): Quantity => BigInt(Math.round(shares * 1e9)) as Quantity;

class RuleTrader implements Trader {
  readonly #lanes: readonly Lane[];
  readonly #held: number[];
  #cash: number;
  #desk: Desk | undefined;
  #asked = 0;
  #index = 0;
  readonly #rule: Rule;

  constructor(lanes: readonly Lane[], bars: readonly BarColumns[], cash: number, make: (floor: Floor) => Rule) {
    this.#lanes = lanes;
    this.#cash = cash;
    this.#held = bars.map(() => 0);
    this.#rule = make({
      bars,
      held: (slot = 0) => this.#held[slot] ?? 0,
      equity: () => this.#lanes.reduce((sum, lane) => sum + (this.#held[lane.slot] ?? 0) * (lane.lastClose || 0), this.#cash),
      ask: (ask) => this.#ask(ask),
      cancelAll: () => this.#desk?.cancelAll(),
    });
  }

  #ask({ quantity, limit, stop, slot = 0, ...rest }: Ask): void {
    const request: OrderRequest = {
      id: `rule-${++this.#asked}` as OrderId,
      notional: undefined,
      trail: undefined,
      timeInForce: 'gtc',
      group: undefined,
      portfolio: undefined,
      deployments: [],
      reason: rest.type,
      quantity: quantity === undefined ? undefined : quantityOf(quantity),
      limitPrice: limit === undefined ? undefined : priceFromNumber(limit),
      stopPrice: stop === undefined ? undefined : priceFromNumber(stop),
      ...rest,
    };
    this.#desk?.place(request, this.#lanes[slot]!);
  }

  begin(desk: Desk): void {
    this.#desk = desk;
  }
  close(lane: Lane): void {
    this.#index = lane.bars;
  }
  /** The rule looks at all bars of an instant together. */
  instant(): void {
    this.#rule.close(this.#index);
  }
  onFill(order: WorkingOrder, execution: Execution, lane: Lane): void {
    const signed = toNumber(execution.quantity) * (order.side === 'buy' ? 1 : -1);
    this.#held[lane.slot] = Math.round(((this.#held[lane.slot] ?? 0) + signed) * 1e9) / 1e9;
    this.#cash -= signed * toNumber(execution.price) + toNumber(execution.fee.cash);
    this.#rule.fill?.(order, execution, lane.bars);
  }
  onEnd(): void {
    // Rules do not mind.
  }
  finish(): readonly string[] {
    return [];
  }
}

export interface RuleRun {
  readonly bars: readonly BarColumns[];
  readonly cash: number;
  readonly fill?: Partial<FillSettings>;
}

export function runRule({ bars, cash, fill = {} }: RuleRun, make: (floor: Floor) => Rule): BacktestResult {
  const instruments = bars.map(({ symbol }) => equity(symbol));
  const settings = { instruments, cash: parseMoney(String(cash)), fill: { ...DEFAULT_FILL, ...fill } };
  const run = new BacktestRun(settings, (lanes) => new RuleTrader(lanes, bars, cash, make));
  for (const [slot, columns] of bars.entries()) run.offer(slot, columns);
  for (const slot of bars.keys()) run.offer(slot, undefined);
  run.advance();
  const outcome = run.finish();
  const { curve, rows } = run.take();
  return { curve, ...rows, ...outcome };
}

export const percentOf = (percent: number): Trail => ({ percent: parsePercent(String(percent)) });
