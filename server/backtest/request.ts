/** What a backtest is asked: bars, a plan or scripted orders, money, and how fills, commissions and slippage are modelled. */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import type { Money, Price, Quantity } from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import type { Plan } from '#server/domain/plan.ts';
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
  | { readonly kind: 'perShare'; readonly rate: Money; readonly least: Money }
  /** A fraction of the notional: 0.001 is ten basis points. */
  | { readonly kind: 'percent'; readonly rate: number }
  /** What Alpaca charges: SEC, TAF and CAT for stocks, maker/taker on the credited asset for crypto. */
  | { readonly kind: 'alpaca' };

export type Slippage =
  | { readonly kind: 'none' }
  /** Against us, on every market and stop fill. */
  | { readonly kind: 'basisPoints'; readonly basisPoints: number }
  | { readonly kind: 'fixed'; readonly amount: Price }
  /** Grows with the part of the bar's volume that we take. */
  | { readonly kind: 'volumeShare'; readonly impact: number };

export interface FillSettings {
  readonly model: FillModel;
  readonly commission: Commission;
  readonly slippage: Slippage;
  /** Part of a bar's volume that may be ours, 0 to 1; nothing: no cap. */
  readonly maxParticipation: number | undefined;
  /** Bars that pass between an order and the first bar it can fill in, beyond the next one. */
  readonly delayBars: number;
}

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
  readonly timeInForce: 'day' | 'gtc' | 'ioc' | 'fok' | 'opg' | 'cls';
}

export interface BacktestRequest {
  readonly bars: readonly BarColumns[];
  readonly instruments: readonly Instrument[];
  readonly cash: Money;
  readonly fill: FillSettings;
  readonly work: { readonly kind: 'plan'; readonly plan: Plan } | { readonly kind: 'script'; readonly orders: readonly ScriptedOrder[] };
}
