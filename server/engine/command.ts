/** Everything the engine can ask of the world. */
import type { Approved, Decision, Intent } from '#server/domain/decision.ts';
import type { AssetSymbol, BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import type { Money, Quantity } from '#server/domain/money.ts';
import type { OrderStatus } from '#server/domain/order.ts';
import type { DatedSignal } from '#server/domain/signal.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Stamped } from './event.ts';

export type AlertCode =
  | 'killEngaged'
  | 'releaseDenied'
  | 'orderRejected'
  | 'orderLost'
  | 'orderStuck'
  | 'lateFill'
  | 'fillInferred'
  | 'fillCorrected'
  | 'brokerContradicts'
  | 'externalOrder'
  | 'booksDiffer'
  | 'unprotected'
  | 'dailyLoss'
  | 'locked'
  | 'feedLost'
  | 'fault';

export type Command =
  | { readonly kind: 'place'; readonly order: OrderId; readonly intent: Approved<Intent> }
  /** The second order takes the place of the first, of which only the prices differ. */
  | {
      readonly kind: 'replace';
      readonly order: OrderId;
      readonly replaces: OrderId;
      readonly brokerId: BrokerOrderId | undefined;
      readonly intent: Approved<Intent>;
    }
  | { readonly kind: 'cancel'; readonly order: OrderId; readonly brokerId: BrokerOrderId | undefined }
  /** The broker's own mass cancel: also reaches orders that we do not know. */
  | { readonly kind: 'cancelEverything' }
  /** Ask the broker, by client order id, what became of it; by the broker's own where the order has none of ours there. */
  | { readonly kind: 'ask'; readonly order: OrderId; readonly brokerId: BrokerOrderId | undefined }
  /** Fetch the fills that we may have missed, and the account's statement. */
  | { readonly kind: 'reconcile' }
  /** With an order: said of that order once, and never again. */
  /** Nothing is asked: the day's end is put on record. */
  | { readonly kind: 'certify'; readonly certificate: Certificate }
  | { readonly kind: 'alert'; readonly code: AlertCode; readonly text: string; readonly order?: OrderId };

/** What the account was after a session had closed, when the books and the broker's statement agreed. */
export interface Certificate {
  /** The session's date. */
  readonly session: string;
  readonly account: string;
  readonly cash: Money;
  readonly positions: readonly { readonly symbol: AssetSymbol; readonly quantity: Quantity; readonly cost: Money }[];
  readonly openOrders: readonly { readonly id: OrderId; readonly status: OrderStatus; readonly unfilled: Quantity }[];
  /** Open at the broker, and not ours. */
  readonly externalOrders: readonly BrokerOrderId[];
  /** When the statement was asked for that it rests on; it is the event of this entry. */
  readonly statementAsOf: Instant;
}

/** One line of the journal: what happened, what was thought of it, what was asked of the world. */
export interface Entry extends Stamped {
  readonly signals: readonly DatedSignal[];
  readonly decisions: readonly Decision[];
  readonly commands: readonly Command[];
}
