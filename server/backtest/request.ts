/** What a backtest is asked: bars, a plan or scripted orders, money, and how fills, commissions and slippage are modelled. */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import type { Money, Price, Quantity } from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import type { Trail } from '#server/domain/order-terms.ts';
import type { Plan } from '#server/domain/plan.ts';
import type { Session } from '#server/domain/session.ts';
import type { Instant } from '#server/domain/time.ts';

export type FillModel =
  /** Market orders fill at the open of the bar after the decision. The default. */
  | { readonly kind: 'nextOpen' }
  /** At the close of the bar that decided: optimistic, for comparison only. */
  | { readonly kind: 'close' }
  /** Against bid and ask: half a spread, in basis points of the price, on the wrong side of the next open. */
  | { readonly kind: 'quote'; readonly halfSpreadBasisPoints: number };

export type Commission =
  | { readonly kind: 'none' }
  /** So much a share or coin, and at least `least` for each fill. */
  | { readonly kind: 'perShare'; readonly rate: Money; readonly least: Money }
  /** A fraction of the notional (0.001 is ten basis points), and perhaps at least `least` for each fill. */
  | { readonly kind: 'percent'; readonly rate: number; readonly least?: Money }
  /** So much for each fill, and a fraction of its notional on top. */
  | { readonly kind: 'fixed'; readonly amount: Money; readonly rate: number }
  /** What Alpaca charges: SEC, TAF and CAT for stocks, maker/taker on the credited asset for crypto. */
  | { readonly kind: 'alpaca' };

export type Slippage =
  | { readonly kind: 'none' }
  /** Against us, on every market and stop fill. */
  | { readonly kind: 'basisPoints'; readonly basisPoints: number }
  | { readonly kind: 'fixed'; readonly amount: Price }
  /** Grows with the part of the bar's volume that we take: the whole volume moves the price by `impact` (0.1 is ten percent). */
  | { readonly kind: 'volumeShare'; readonly impact: number }
  /** A whole spread, paid once: by what opens a position. */
  | { readonly kind: 'entrySpread'; readonly basisPoints: number };

export interface FillSettings {
  readonly model: FillModel;
  readonly commission: Commission;
  readonly slippage: Slippage;
  /** Whether slippage may end beyond the bar's own high or low, where nobody traded. */
  readonly slipsBeyondBar: boolean;
  /** Part of a bar's volume that may be ours, 0 to 1; nothing: no cap. */
  readonly maxParticipation: number | undefined;
  /** Bars that pass between an order and the first bar it can fill in, beyond the next one. */
  readonly delayBars: number;
  /** From when the stop and the target count that are given at a fill: from the rest of its bar on, or from the next bar. */
  readonly legsFrom: 'entryBar' | 'nextBar';
  /** What a trailing stop follows: the closes, or the highs (lows, when it buys) of the bars that ended. */
  readonly trailBy: 'close' | 'extreme';
  /** 1: no purchase beyond the cash. Above: no opening beyond so many times the equity. */
  readonly leverage: number;
}

export const DEFAULT_FILL: FillSettings = {
  model: { kind: 'nextOpen' },
  commission: { kind: 'none' },
  slippage: { kind: 'none' },
  slipsBeyondBar: false,
  maxParticipation: undefined,
  delayBars: 0,
  legsFrom: 'entryBar',
  trailBy: 'close',
  leverage: 1,
};

/** An order given at the close of the bar that begins at `at`. */
export interface ScriptedOrder {
  readonly at: Instant;
  readonly symbol: AssetSymbol;
  readonly side: Side;
  readonly type: 'market' | 'limit' | 'stop' | 'stop_limit' | 'trailing_stop';
  /** One of both. */
  readonly quantity: Quantity | undefined;
  readonly notional: Money | undefined;
  readonly limitPrice: Price | undefined;
  readonly stopPrice: Price | undefined;
  readonly trail: Trail | undefined;
  readonly timeInForce: 'day' | 'gtc' | 'ioc' | 'fok' | 'opg' | 'cls';
  /** Orders of one group: what fills of one is taken off the others. */
  readonly group: string | undefined;
  /** Where it is written, for complaints; nothing when it comes from no file. */
  readonly source?: { readonly file: string; readonly line: number };
}

export type Work =
  | {
      readonly kind: 'plan';
      readonly plan: Plan;
      /** When stocks trade, for the rule of risk that asks. */
      readonly sessions: readonly Session[];
    }
  | { readonly kind: 'script'; readonly orders: readonly ScriptedOrder[] };

export interface BacktestSettings {
  /** One for each symbol of the bars. */
  readonly instruments: readonly Instrument[];
  readonly cash: Money;
  readonly fill: FillSettings;
  /** Whether the result has the decisions; they take most of the room. Default true. */
  readonly keepsDecisions?: boolean;
}

export interface BacktestRequest extends BacktestSettings {
  /** One for each symbol, all of one timeframe. */
  readonly bars: readonly BarColumns[];
  readonly work: Work;
}
