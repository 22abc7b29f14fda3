/** Everything the engine can ask of the world. */
import type { Approved, Decision, Intent } from '#server/domain/decision.ts';
import type { BrokerOrderId, OrderId } from '#server/domain/ids.ts';
import type { DatedSignal } from '#server/domain/signal.ts';
import type { Stamped } from './event.ts';

export type AlertCode =
  | 'killEngaged'
  | 'orderRejected'
  | 'orderLost'
  | 'orderStuck'
  | 'lateFill'
  | 'brokerContradicts'
  | 'externalOrder'
  | 'booksDiffer'
  | 'unprotected'
  | 'dailyLoss'
  | 'feedLost'
  | 'fault';

export type Command =
  | { readonly kind: 'place'; readonly order: OrderId; readonly intent: Approved<Intent> }
  | { readonly kind: 'cancel'; readonly order: OrderId; readonly brokerId: BrokerOrderId | undefined }
  /** The broker's own mass cancel: also reaches orders that we do not know. */
  | { readonly kind: 'cancelEverything' }
  /** Ask the broker, by client order id, what became of it. */
  | { readonly kind: 'ask'; readonly order: OrderId }
  /** Fetch the fills that we may have missed, and the account's statement. */
  | { readonly kind: 'reconcile' }
  /** With an order: said of that order once, and never again. */
  | { readonly kind: 'alert'; readonly code: AlertCode; readonly text: string; readonly order?: OrderId };

/** One line of the journal: what happened, what was thought of it, what was asked of the world. */
export interface Entry extends Stamped {
  readonly signals: readonly DatedSignal[];
  readonly decisions: readonly Decision[];
  readonly commands: readonly Command[];
}
