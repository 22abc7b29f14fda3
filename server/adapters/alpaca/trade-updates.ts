/** What happens to the account's orders, as it happens. A stream never repeats what it missed: each return reconciles. */
import type { Fill } from '#server/domain/order.ts';
import type { OrderView } from '#server/domain/statement.ts';
import type { Log, Tell } from '#server/runtime/ports.ts';
import type { AlpacaClient } from './client.ts';
import { Execution, Order } from './order-schema.ts';
import { createReader } from './schema.ts';
import { type StreamTiming, superviseStream } from './stream-supervisor.ts';

export interface TradeUpdatesOptions {
  readonly client: AlpacaClient;
  readonly tell: Tell;
  readonly log: Log;
  /** The broker's: executions are told once, whoever brought them. */
  readonly tellFill: (fill: Fill) => void;
  readonly noteOrder: (view: OrderView) => void;
  /** After each connection, and when something came that could not be understood: the broker's `reconcile`. */
  readonly onRestored: () => void;
  readonly timing?: Partial<StreamTiming>;
  readonly random?: () => number;
}

export interface TradeUpdates {
  start(): void;
  stop(): void;
}

const FILLS = new Set(['fill', 'partial_fill']);
const CORRECTIONS = new Set(['trade_bust', 'trade_correct']);

export function createTradeUpdates(options: TradeUpdatesOptions): TradeUpdates {
  const { client, tell, log, tellFill, noteOrder, onRestored, timing, random } = options;
  const reader = createReader(log);

  const onUpdate = (update: { readonly event: string; readonly timestamp?: Date; readonly [key: string]: unknown }): void => {
    const view = reader.read('order of a trade update', Order, update['order']);
    if (view === undefined) {
      onRestored();
      return;
    }
    noteOrder(view);
    if (FILLS.has(update.event)) {
      const fill = reader.read('execution', Execution, { ...update, timestamp: update.timestamp ?? update['at'] });
      if (fill === undefined) onRestored();
      else tellFill(fill);
    }
    if (CORRECTIONS.has(update.event)) {
      log.warn({ order: view.id, event: update.event }, 'the broker took back an execution');
      onRestored();
    }
    tell({ kind: 'orderSeen', view });
  };
  return superviseStream({
    feed: 'tradeUpdates',
    open: client.openTradeUpdates,
    prepare: (stream, link) => {
      stream.onTradeUpdate((update) => link.guard(() => onUpdate(update)));
      stream.subscribeTradeUpdates();
    },
    onLive: onRestored,
    tell,
    log,
    timing,
    random,
  });
}
