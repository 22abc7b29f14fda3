/** What happens to the account's orders, as it happens. A stream never repeats what it missed: each return reconciles. */
import type { Log, Tell } from '#server/runtime/ports.ts';
import type { AlpacaClient } from './client.ts';
import type { OrderUpdate } from './hearing.ts';
import { Execution, OrderGroup } from './order-schema.ts';
import { createReader } from './schema.ts';
import { type StreamTiming, superviseStream } from './stream-supervisor.ts';

export interface TradeUpdatesOptions {
  readonly client: AlpacaClient;
  readonly tell: Tell;
  readonly log: Log;
  /** The broker's: it knows the names of orders, and which executions were told. */
  readonly hear: (update: OrderUpdate) => void;
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
  const { client, tell, log, hear, onRestored, timing, random } = options;
  const reader = createReader(log);

  const onUpdate = (update: { readonly event: string; readonly timestamp?: Date; readonly [key: string]: unknown }): void => {
    const group = reader.read('order of a trade update', OrderGroup, update['order']);
    if (group === undefined) {
      onRestored();
      return;
    }
    const isFill = FILLS.has(update.event);
    const fill = isFill ? reader.read('execution', Execution, { ...update, timestamp: update.timestamp ?? update['at'] }) : undefined;
    if (isFill && fill === undefined) onRestored();
    if (CORRECTIONS.has(update.event)) {
      log.warn({ order: group.view.id, event: update.event }, 'the broker took back an execution');
      onRestored();
    }
    hear({ group, fill });
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
