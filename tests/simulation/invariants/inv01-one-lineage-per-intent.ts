/** An intent has at most one order at the broker, and a symbol at most one that opens: what is unknown is never given again. */
import { parseOrderId } from '#server/domain/ids.ts';
import type { DurableEntry } from '../daemon/disk.ts';
import { booksOf, type Evidence } from '../world/evidence.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant, Watch } from './invariant.ts';

export const inv01: Invariant = {
  name: 'INV-01 one order at the broker for an intent',
  watch: (evidence) => {
    const outcomes = new Outcomes();
    return {
      onDurable: (row) => outcomes.read(row),
      onSend: (sent) => {
        const placed = isOrderRequest(sent) ? evidence.durable.placed.get(orderIn(sent).clientOrderId) : undefined;
        if (placed?.intent.purpose !== 'open') return undefined;
        const other = outcomes.unheardOf(placed.intent.symbol, placed.seq);
        return other === undefined ? undefined : `${placed.id} left while the journal does not say what became of ${other}`;
      },
      ...atTheBroker(evidence),
    };
  },
};

function atTheBroker({ truth, durable, hosts }: Evidence): Pick<Watch, 'onTruth'> {
  const opening = new Map<string, Set<string>>();
  const isGivenUp = (id: string): boolean =>
    hosts.some(
      ({ process }) =>
        booksOf(process)
          ?.orders.get(id as never)
          ?.refusal?.startsWith('NEVER_ARRIVED') === true,
    );
  return {
    onTruth: ({ order }, before) => {
      const id = order.clientOrderId;
      if (parseOrderId(id) === undefined) return undefined;
      if ((truth.byClientId.get(id)?.length ?? 0) > 1) return `the broker has two orders ${id}`;
      if (durable.placed.get(id)?.intent.purpose !== 'open') return undefined;
      const open = opening.get(order.symbol) ?? new Set();
      opening.set(order.symbol, open);
      if (truth.orders.get(order.id)?.isOpen !== true) open.delete(id);
      else if (before === undefined) {
        const other = [...open].find((one) => !isGivenUp(one));
        open.add(id);
        if (other !== undefined) return `${id} came to the broker while ${other} could still open ${order.symbol}`;
      }
      return undefined;
    },
  };
}

/** Whether the journal has heard of an order since it placed it. */
class Outcomes {
  readonly #unheard = new Map<string, { readonly symbol: string; readonly seq: number }>();

  read(row: DurableEntry): undefined {
    const { text, seq } = row;
    if (this.#unheard.size > 0) {
      const event = text.slice(0, text.indexOf('"signals":'));
      for (const id of this.#unheard.keys()) if (isHeardOf(id, row.kind, event) || isGivenUpIn(id, text)) this.#unheard.delete(id);
    }
    if (!text.includes('"kind":"place"')) return;
    for (const command of row.entry.commands)
      if (command.kind === 'place' && command.intent.purpose === 'open')
        this.#unheard.set(command.order, { symbol: command.intent.symbol, seq });
  }

  unheardOf(symbol: string, beforeSeq: number): string | undefined {
    for (const [id, one] of this.#unheard) if (one.symbol === symbol && one.seq < beforeSeq) return id;
    return undefined;
  }
}

const EVIDENCE: ReadonlySet<string> = new Set(['orderAccepted', 'orderRejected', 'orderSeen', 'fill', 'statement']);

const isHeardOf = (id: string, kind: string, event: string): boolean => EVIDENCE.has(kind) && event.includes(`"${id}"`);

const isGivenUpIn = (id: string, text: string): boolean => text.includes('"code":"orderLost"') && text.includes(id);
