/**
 * What changes something at the broker has a cause in the journal: no order under a name of ours is there that no entry placed, and no cancel
 * leaves that no entry asks for. Ahead of the journal only those leave that an operator's word, or a journal that fails, sends at once.
 */
import { type OrderId, parseOrderId, requestOf } from '#server/domain/ids.ts';
import type { Command } from '#server/engine/command.ts';
import { type Evidence, liveBooks } from '../world/evidence.ts';
import type { Truth } from '../world/truth.ts';
import type { Sent } from '../world/wire.ts';
import type { Breach, Invariant } from './invariant.ts';

export const inv31: Invariant = {
  name: 'INV-31 no order without a cause in the journal',
  watch: (evidence) => {
    const { durable } = evidence;
    const cancels = new Cancels();
    return {
      onDurable: (row) => {
        if (CANCELS.test(row.text)) cancels.take(row.entry.commands);
        return undefined;
      },
      onSend: (sent) => {
        if (sent.method !== 'DELETE' || cancels.cause(evidence, sent.url) || mayGoAhead(evidence, sent)) return undefined;
        return `${sent.method} ${sent.url} left, and no committed entry asks for it`;
      },
      onTruth: ({ order }): Breach => {
        const { clientOrderId: id } = order;
        return parseOrderId(id) === undefined || durable.placed.has(id) ? undefined : `order ${id} is at the broker, no entry placed it`;
      },
    };
  },
};

const CANCELS = /"kind":"cancel(?:Everything)?"/;
const ALL = '/v2/orders';

/** An operator's latch sends its cancels at once, and so does a journal that fails, or that another process has gone on with. */
function mayGoAhead({ hosts, operator, durable }: Evidence, { from }: Sent): boolean {
  const process = hosts.find((host) => host.process?.owner === from)?.process;
  return operator.levelOf(from) !== 'armed' || durable.writer !== from || process?.daemon?.desk.health().journal !== 'ok';
}

/** What the journal asks to be cancelled. */
class Cancels {
  readonly #orders = new Set<string>();
  readonly #brokerIds = new Set<string>();
  #everything = false;

  take(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.kind === 'cancelEverything') this.#everything = true;
      if (command.kind !== 'cancel') continue;
      this.#orders.add(command.order);
      if (command.brokerId !== undefined) this.#brokerIds.add(command.brokerId);
    }
  }

  cause(evidence: Evidence, url: string): boolean {
    if (url === ALL) return this.#everything;
    const brokerId = url.startsWith(`${ALL}/`) ? url.slice(ALL.length + 1) : '';
    if (this.#brokerIds.has(brokerId)) return true;
    const order = evidence.truth.orders.get(brokerId)?.order;
    if (order === undefined) return this.#isAnswered(evidence, brokerId);
    return this.#orders.has(order.clientOrderId) || this.#isStopOfPair(evidence.truth, order.symbol);
  }

  /** The answer to a replacement has named an order that never came to be. */
  #isAnswered(evidence: Evidence, brokerId: string): boolean {
    for (const { books } of liveBooks(evidence))
      for (const id of this.#orders) if (books.orders.get(id as OrderId)?.brokerId === brokerId) return true;
    return false;
  }

  /** The stop-loss of a pair has no name of ours at the broker. */
  #isStopOfPair(truth: Truth, symbol: string): boolean {
    for (const id of this.#orders) {
      const request = requestOf(id as OrderId);
      if (request !== id && truth.byClientId.get(request)?.some(({ order }) => order.symbol === symbol) === true) return true;
    }
    return false;
  }
}
