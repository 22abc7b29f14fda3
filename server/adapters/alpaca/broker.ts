/** The broker behind the loop's port: takes commands, and tells what became of them. Never throws, never waits. */
import type { Instant } from '#server/domain/time.ts';
import type { Command } from '#server/engine/command.ts';
import type { Broker, Clock, KillGate, Log, Tell } from '#server/runtime/ports.ts';
import { ask } from './asking.ts';
import { cancel, cancelEverything } from './cancelling.ts';
import type { AlpacaClient } from './client.ts';
import type { MissedExecution } from './deafness.ts';
import { createFillBook } from './fill-book.ts';
import { createHearing, type OrderUpdate } from './hearing.ts';
import { createOrderIndex } from './order-index.ts';
import { createOutgoing } from './outgoing.ts';
import type { Parts } from './parts.ts';
import { createReconciler } from './reconciling.ts';
import { createReader } from './schema.ts';
import { suspendTrading } from './suspending.ts';
import { trackRequests } from './under-way.ts';

export interface BrokerOptions {
  readonly client: AlpacaClient;
  readonly tell: Tell;
  readonly gate: KillGate;
  readonly clock: Clock;
  readonly log: Log;
  /** When the last execution was that the books already hold; nothing for books that begin with the first statement. */
  readonly fillsSince?: Instant | undefined;
  /** Told of each execution that came by asking and not by the stream. */
  readonly onMissed?: (execution: MissedExecution) => void;
  /** Resolves after so many milliseconds: between attempts. */
  readonly pause?: (ms: number) => Promise<void>;
}

export interface AlpacaBroker extends Broker {
  /** For what the stream brings: it is told under our names, and each execution once, whoever brought it. */
  hear(update: OrderUpdate): void;
  /** The broker's own latch; resolves with whether it confirmed. */
  suspend(isSuspended: boolean): Promise<boolean>;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function createBroker(options: BrokerOptions): AlpacaBroker {
  const { client, tell, gate, clock, log, fillsSince, onMissed = () => undefined, pause = after } = options;
  const fills = createFillBook(tell, log);
  const parts: Parts = { client, tell, gate, clock, log, reader: createReader(log), orders: createOrderIndex(), fills, pause };
  const underWay = trackRequests(log);
  const reconciler = createReconciler(parts, underWay, { fillsSince, onMissed });
  const outgoing = createOutgoing(parts, underWay);

  const perform = (command: Command): void => {
    switch (command.kind) {
      case 'place':
        outgoing.place(command.order, command.intent);
        break;
      case 'replace': {
        const { order, intent, replaces } = command;
        outgoing.place(order, intent, command.brokerId ?? parts.orders.brokerIdOf(replaces));
        break;
      }
      case 'cancel': {
        const { order, brokerId } = command;
        outgoing.withdraw(order);
        void underWay.once(`cancel ${order}`, async () => {
          if (await outgoing.isOut(order)) await cancel(parts, order, brokerId);
        });
        break;
      }
      case 'cancelEverything':
        outgoing.withdrawAll();
        void underWay.once('cancel everything', () => cancelEverything(parts));
        break;
      case 'ask': {
        const { order, brokerId } = command;
        void underWay.once(`ask ${order}`, async () => {
          if (await outgoing.isOut(order)) await ask(parts, order, brokerId);
        });
        break;
      }
      case 'reconcile':
        reconciler.request();
        break;
      case 'certify':
      case 'alert':
        break;
      default:
        command satisfies never;
    }
  };
  return {
    perform,
    reconcile: reconciler.request,
    drain: (timeoutMs) => {
      reconciler.stop();
      return underWay.drain(timeoutMs);
    },
    hear: createHearing(parts, outgoing, underWay),
    suspend: (isSuspended) => suspendTrading(parts, isSuspended),
  };
}
