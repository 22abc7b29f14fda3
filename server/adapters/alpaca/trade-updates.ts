/** What happens to the account's orders, as it happens. A stream never repeats what it missed: each return reconciles. */
import type { Clock, Log, Tell } from '#server/runtime/ports.ts';
import type { AlpacaClient } from './client.ts';
import { type MissedExecution, watchDeafness } from './deafness.ts';
import type { OrderUpdate } from './hearing.ts';
import { Correction, Execution, OrderGroup } from './order-schema.ts';
import { createReader } from './schema.ts';
import { type StreamTiming, superviseStream } from './stream-supervisor.ts';

export interface TradeUpdatesOptions {
  readonly client: AlpacaClient;
  readonly tell: Tell;
  readonly clock: Clock;
  readonly log: Log;
  /** The broker's: it knows the names of orders, and which executions were told. */
  readonly hear: (update: OrderUpdate) => void;
  /** After each connection, and when something came that could not be understood: the broker's `reconcile`. */
  readonly onRestored: () => void;
  readonly timing?: Partial<StreamTiming>;
  readonly random?: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause?: (ms: number) => Promise<void>;
}

export interface TradeUpdates {
  start(): void;
  stop(): void;
  /** Ends the connection and makes another. */
  renew(reason: string): void;
  /** Told of what came by asking first: a stream that keeps executions back is given up and made anew. */
  missed(execution: MissedExecution): void;
}

const FILLS = new Set(['fill', 'partial_fill']);
const CORRECTIONS = new Set(['trade_bust', 'trade_correct']);

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

export function createTradeUpdates(options: TradeUpdatesOptions): TradeUpdates {
  const { client, tell, clock, log, hear, onRestored, timing, random, pause = after } = options;
  const reader = createReader(log);

  const onUpdate = (update: { readonly event: string; readonly timestamp?: Date; readonly [key: string]: unknown }): void => {
    const group = reader.read('order of a trade update', OrderGroup, update['order']);
    if (group === undefined) {
      onRestored();
      return;
    }
    const isFill = FILLS.has(update.event);
    if (isFill) deafness.heard(group.view.brokerId, group.view.filled);
    const fill = isFill ? reader.read('execution', Execution, { ...update, timestamp: update.timestamp ?? update['at'] }) : undefined;
    if (isFill && fill === undefined) onRestored();
    const isCorrection = CORRECTIONS.has(update.event);
    if (isCorrection) {
      log.warn({ order: group.view.id, event: update.event }, 'the broker took back an execution');
      onRestored();
    }
    const correction = isCorrection
      ? reader.read('correction', Correction, { ...update, timestamp: update.timestamp ?? update['at'] })
      : undefined;
    hear({ group, fill, isCorrection, correction, isCancelRefused: update.event === 'order_cancel_rejected' });
  };
  const supervisor = superviseStream({
    feed: 'tradeUpdates',
    open: client.openTradeUpdates,
    prepare: (stream, link) => {
      stream.onTradeUpdate((update) => link.guard(() => onUpdate(update)));
      stream.subscribeTradeUpdates();
    },
    onLive: () => {
      deafness.live(clock.now());
      onRestored();
    },
    tell,
    log,
    timing,
    random,
  });
  const deafness = watchDeafness({ pause, onDeaf: (reason) => supervisor.current()?.fail(reason) });
  return { start: supervisor.start, stop: supervisor.stop, renew: supervisor.renew, missed: deafness.missed };
}
