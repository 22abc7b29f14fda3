/** The broker behind the loop's port: takes commands, and tells what became of them. Never throws, never waits. */
import type { Intent } from '#server/domain/decision.ts';
import type { OrderId } from '#server/domain/ids.ts';
import type { Fill } from '#server/domain/order.ts';
import type { OrderView } from '#server/domain/statement.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import type { Broker, Clock, KillGate, Log, Tell } from '#server/runtime/ports.ts';
import { ask } from './asking.ts';
import { cancel, cancelEverything } from './cancelling.ts';
import type { AlpacaClient } from './client.ts';
import { createFillBook } from './fill-book.ts';
import { createOrderIndex } from './order-index.ts';
import type { Parts } from './parts.ts';
import { place } from './placing.ts';
import { createReconciler } from './reconciling.ts';
import { createReader } from './schema.ts';

export interface BrokerOptions {
  readonly client: AlpacaClient;
  readonly tell: Tell;
  readonly gate: KillGate;
  readonly clock: Clock;
  readonly log: Log;
  /** When the last execution was that the books already hold; nothing for books that begin with the first statement. */
  readonly fillsSince?: Instant | undefined;
  /** Resolves after so many milliseconds: between attempts. */
  readonly pause?: (ms: number) => Promise<void>;
}

export interface AlpacaBroker extends Broker {
  /** For executions that the stream brings: each is told once, whoever brought it. */
  tellFill(fill: Fill): void;
  /** For orders that the stream names: under which of our ids the broker keeps them. */
  noteOrder(view: OrderView): void;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** An order on its way out: what cancels or asks after it waits until its own request has ended. */
interface Outgoing {
  isWithdrawn: boolean;
  isSent: boolean;
  ended: Promise<void>;
}

export function createBroker({ client, tell, gate, clock, log, fillsSince, pause = after }: BrokerOptions): AlpacaBroker {
  const parts: Parts = {
    client,
    tell,
    gate,
    clock,
    log,
    reader: createReader(log),
    orders: createOrderIndex(),
    fills: createFillBook(tell),
    pause,
  };
  const reconciler = createReconciler(parts, fillsSince);
  const outgoing = new Map<OrderId, Outgoing>();
  const underWay = new Map<string, Promise<void>>();

  /** One request of a kind at a time: the engine asks again at each tick, the answer under way serves both. */
  const once = (key: string, work: () => Promise<void>): Promise<void> => {
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const promise = work()
      .catch((error: unknown) => log.error({ request: key, err: error }, 'a request to the broker broke off'))
      .finally(() => underWay.delete(key));
    underWay.set(key, promise);
    return promise;
  };
  /** False when it turned out that the order never left: then there is nothing to cancel or to ask. */
  const isOut = async (order: OrderId): Promise<boolean> => {
    const entry = outgoing.get(order);
    await entry?.ended;
    return entry?.isSent ?? true;
  };
  const startPlacing = (order: OrderId, intent: Intent): void => {
    const entry: Outgoing = { isWithdrawn: false, isSent: true, ended: Promise.resolve() };
    outgoing.set(order, entry);
    const work = async (): Promise<void> => {
      entry.isSent = (await place(parts, { order, intent, isWithdrawn: () => entry.isWithdrawn })) === 'sent';
    };
    entry.ended = once(`place ${order}`, work).finally(() => outgoing.delete(order));
  };

  const perform = (command: Command): void => {
    switch (command.kind) {
      case 'place':
        startPlacing(command.order, command.intent);
        break;
      case 'cancel': {
        const { order, brokerId } = command;
        const entry = outgoing.get(order);
        if (entry !== undefined) entry.isWithdrawn = true;
        void once(`cancel ${order}`, async () => {
          if (await isOut(order)) await cancel(parts, order, brokerId);
        });
        break;
      }
      case 'cancelEverything':
        for (const entry of outgoing.values()) entry.isWithdrawn = true;
        void once('cancel everything', () => cancelEverything(parts));
        break;
      case 'ask': {
        const { order } = command;
        void once(`ask ${order}`, async () => {
          if (await isOut(order)) await ask(parts, order);
        });
        break;
      }
      case 'reconcile':
        reconciler.request();
        break;
      case 'alert':
        break;
      default:
        command satisfies never;
    }
  };
  return {
    perform,
    reconcile: reconciler.request,
    drain: async (timeoutMs) => {
      reconciler.stop();
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      const quiet = async (): Promise<void> => {
        while (underWay.size > 0) await Promise.all(underWay.values());
      };
      await Promise.race([quiet(), timeout]);
      clearTimeout(timer);
    },
    tellFill: parts.fills.tell,
    noteOrder: parts.orders.note,
  };
}
