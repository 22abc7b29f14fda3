/** What the stream says of orders, told under our names: the stop-loss of a pair waits until it has its own. */
import type { BrokerOrderId } from '#server/domain/ids.ts';
import type { Fill } from '#server/domain/order.ts';
import type { Correction, OrderGroup } from './order-schema.ts';
import type { Outgoing } from './outgoing.ts';
import { isUnnamed, learnLatestOrders } from './pairs.ts';
import type { Parts } from './parts.ts';
import type { UnderWay } from './under-way.ts';

export interface OrderUpdate {
  readonly group: OrderGroup;
  /** The execution that it brought. */
  readonly fill: Fill | undefined;
  /** It says that an execution was taken back, or was another. */
  readonly isCorrection?: boolean;
  /** Which one, and what is left of it, where that can be read. */
  readonly correction?: Correction | undefined;
  /** A cancel of it that was taken did not come about. */
  readonly isCancelRefused?: boolean;
}

/** Some five minutes. */
const ATTEMPTS = 14;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export function createHearing(parts: Parts, outgoing: Outgoing, underWay: UnderWay): (update: OrderUpdate) => void {
  const { orders, fills, tell, log, pause } = parts;
  /** By the broker's id: updates of one order stay in order. */
  const waiting = new Map<BrokerOrderId, OrderUpdate[]>();

  const pass = ({ group, fill, isCorrection, correction, isCancelRefused }: OrderUpdate): void => {
    const [view = group.view] = orders.learn(group);
    if (isCorrection) fills.recount(view.id);
    if (correction !== undefined)
      tell({ kind: 'fillCorrected', previous: correction.previous, fill: { ...correction.fill, order: view.id } });
    if (fill !== undefined) fills.tell({ ...fill, order: view.id }, { by: 'stream', filledAfter: view.filled });
    tell({ kind: 'orderSeen', view });
    if (isCancelRefused === true)
      tell({ kind: 'cancelRefused', order: view.id, reason: `the broker says so, the order is ${view.brokerStatus}` });
  };
  const nameThenPass = async ({ brokerId, symbol }: OrderGroup['view'], queue: readonly OrderUpdate[]): Promise<void> => {
    // The reply to its request names it, and may be slower than the stream.
    await outgoing.settled();
    // Under the broker's name its fills would be a stranger's, and counted once more when ours is known.
    for (let failed = 0; orders.byBrokerId(brokerId) === undefined && !(await learnLatestOrders(parts, symbol)); failed++) {
      if (failed === ATTEMPTS) {
        waiting.delete(brokerId);
        log.error({ brokerId, updates: queue.length }, 'nobody says whose order this is; the next reconciliation brings its fills');
        return;
      }
      await pause(Math.min(FIRST_PAUSE_MS * 2 ** failed, LONGEST_PAUSE_MS));
    }
    waiting.delete(brokerId);
    queue.forEach(pass);
  };
  return (update) => {
    const { view } = update.group;
    const queue = waiting.get(view.brokerId);
    if (queue !== undefined) {
      queue.push(update);
    } else if (isUnnamed(parts, update.group)) {
      const first = [update];
      waiting.set(view.brokerId, first);
      void underWay.once(`name ${view.brokerId}`, () => nameThenPass(view, first));
    } else {
      pass(update);
    }
  };
}
