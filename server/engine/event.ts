/** Everything that can happen. An outcome of the outside world is an event like any other; nothing is returned by an await. */
import type { Bar } from '#server/domain/bar.ts';
import type { AssetSymbol, BrokerOrderId, ExecutionId, OrderId } from '#server/domain/ids.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import type { EngagedLevel } from '#server/domain/kill.ts';
import type { PartialScope } from '#server/domain/kill-scope.ts';
import type { LockScope } from '#server/domain/lock.ts';
import type { Fill } from '#server/domain/order.ts';
import type { Quote } from '#server/domain/quote.ts';
import type { Session } from '#server/domain/session.ts';
import type { OrderView, Statement } from '#server/domain/statement.ts';
import type { Instant } from '#server/domain/time.ts';

export type Feed = 'stocks' | 'crypto' | 'tradeUpdates';

export type Event =
  /** The process began, or began again: who it is and with which plan (as JSON text). */
  | { readonly kind: 'started'; readonly version: string; readonly plan: string }
  /** The process ends in order; open orders are left standing or cancelled. */
  | { readonly kind: 'stopping'; readonly reason: string; readonly cancelOrders: boolean }
  | { readonly kind: 'instruments'; readonly instruments: readonly Instrument[] }
  | { readonly kind: 'calendar'; readonly sessions: readonly Session[] }
  /** `history`: fetched for warm-up or to repair a gap; agents see it, nothing is decided on it. */
  | { readonly kind: 'bar'; readonly bar: Bar; readonly history: boolean }
  /** A longer bar of the past, fetched for warm-up where minutes would be too many: only agents of that timeframe ("1Day") see it. */
  | { readonly kind: 'longerBar'; readonly timeframe: string; readonly bar: Bar }
  /** The newest quote of a symbol, taken in just before a bar of it: what was quoted in between is not stepped, and decides nothing. */
  | { readonly kind: 'quote'; readonly quote: Quote }
  /** Trading in a symbol stopped, or goes on; told by the market, never computed. */
  | { readonly kind: 'tradingStatus'; readonly symbol: AssetSymbol; readonly isHalted: boolean; readonly reason: string }
  /** Limit up and limit down of a symbol, told by the market, never computed; nothing and nothing: there is no band any more. */
  | { readonly kind: 'priceBand'; readonly symbol: AssetSymbol; readonly up: number; readonly down: number }
  /** The process came too late to its own timers, or has been calm again for a while; what lies between is not told. */
  | { readonly kind: 'loopLag'; readonly lagMs: number }
  /** Ours minus the broker's clock: the first reading, and each that is another by more than a step. */
  | { readonly kind: 'clockSkew'; readonly skewMs: number }
  | { readonly kind: 'feedLost'; readonly feed: Feed; readonly reason: string }
  | { readonly kind: 'feedRestored'; readonly feed: Feed }
  /** Time passed; journalled only when it changed something. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'orderAccepted'; readonly order: OrderId; readonly brokerId: BrokerOrderId }
  /** Definite: the order is not at the broker and never will be. */
  | { readonly kind: 'orderRejected'; readonly order: OrderId; readonly code: string; readonly reason: string }
  /** The request may or may not have arrived. */
  | { readonly kind: 'orderUnknown'; readonly order: OrderId; readonly reason: string }
  /** Asked by client order id, the broker does not know it (yet). */
  | { readonly kind: 'orderNotFound'; readonly order: OrderId }
  /** `asked`: the answer to a question of ours, and no message that may be older than what was said since. */
  | { readonly kind: 'orderSeen'; readonly view: OrderView; readonly asked?: true }
  | { readonly kind: 'fill'; readonly fill: Fill }
  /** An execution was another one than was told, or none at all (its quantity is then none): it goes by a new name since. */
  | { readonly kind: 'fillCorrected'; readonly previous: ExecutionId; readonly fill: Fill }
  /** The broker has the cancel: whether it comes in time is not said. */
  | { readonly kind: 'cancelAccepted'; readonly order: OrderId }
  /** The request to cancel may or may not have arrived. */
  | { readonly kind: 'cancelUnknown'; readonly order: OrderId; readonly reason: string }
  /** The cancel did not take; says nothing about whether the order lives: ask. */
  | { readonly kind: 'cancelRefused'; readonly order: OrderId; readonly reason: string }
  /** Without a scope it is about the whole account. */
  | {
      readonly kind: 'killEngaged';
      readonly level: EngagedLevel;
      readonly by: string;
      readonly reason: string;
      readonly scope?: PartialScope;
    }
  | { readonly kind: 'killReleased'; readonly by: string; readonly note: string; readonly latchId: number }
  /** Nothing more is opened in the scope until then; without an end, until it is removed. */
  | { readonly kind: 'lockPlaced'; readonly scope: LockScope; readonly until?: Instant; readonly by: string; readonly reason: string }
  | { readonly kind: 'lockRemoved'; readonly lock: number; readonly by: string; readonly note: string }
  /** Somebody wanted to release, and a proof was missing. */
  | { readonly kind: 'releaseDenied'; readonly by: string; readonly note: string; readonly latchId: number; readonly reason: string }
  /**
   * Something broke inside this process: opening orders are cancelled and the latch closes. `byHand`: the engine itself could not
   * take it any more, so what was done is written as it was done.
   */
  | { readonly kind: 'fault'; readonly where: string; readonly reason: string; readonly byHand?: true };

export type EventKind = Event['kind'];

/** What may change nothing at all: time that passed, an execution that is told again. */
export const mayBeIdle = ({ kind }: Event): boolean => kind === 'tick' || kind === 'fill';

/** An event with its place and its time. `seq` orders, `at` informs. */
export interface Stamped {
  readonly seq: number;
  readonly at: Instant;
  readonly event: Event;
}
