/** What passed between a daemon and the broker: the simulation's own record, which no part of the product writes. */
import type { Owner } from '../machine/virtual-time.ts';

export interface Sent {
  readonly nth: number;
  readonly at: number;
  readonly from: Owner;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: string;
  /** Of the answer, once the exchange gave one; whether it arrived is another matter. */
  status: number | undefined;
}

/** The fields of an order's request that the invariants look at; a replacement names neither symbol nor side. */
export interface SentOrder {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly qty: string;
}

export class WireLog {
  readonly requests: Sent[] = [];
  /** Told before the first byte leaves. */
  onSend: (sent: Sent) => void = () => undefined;
  /** Told when a process opens a connection for a stream. */
  onConnect: (from: Owner, url: string) => void = () => undefined;
  /** Told when the exchange has answered. */
  onAnswered: (sent: Sent) => void = () => undefined;

  note(entry: Omit<Sent, 'nth' | 'status'>): Sent {
    const sent: Sent = { ...entry, nth: this.requests.length, status: undefined };
    this.requests.push(sent);
    this.onSend(sent);
    return sent;
  }
}

/** A new order, or one that takes another's place: each has a client order id of its own. */
export const isOrderRequest = ({ method, url }: Sent): boolean => (method === 'POST' || method === 'PATCH') && url.startsWith('/v2/orders');

/** Many ask for the same one: it is read once. */
const read = new WeakMap<Sent, SentOrder>();

export function orderIn(sent: Sent): SentOrder {
  const known = read.get(sent) ?? readOrder(sent);
  read.set(sent, known);
  return known;
}

function readOrder({ body }: Sent): SentOrder {
  const { client_order_id, symbol, side, qty } = JSON.parse(body) as Record<string, string>;
  return { clientOrderId: client_order_id ?? '', symbol: symbol ?? '', side: side ?? '', qty: qty ?? '' };
}
