/** Who has, or had, which client order id: of the orders that are kept exactly, of the others by a hash. */
import { createClientIdIndex } from './client-id-index.ts';
import type { Order } from './order.ts';
import type { OrderName } from './order-codec.ts';
import type { OrderIds } from './order-ids.ts';
import { createUsedNames, type UsedNames } from './used-names.ts';

type OrderAt = (seq: number) => Order | undefined;

export interface ClientIds {
  add(name: OrderName): void;
  /** Of orders that are not kept any more it stays known that their ids were used. */
  forget(names: readonly OrderName[]): void;
  /** The newest order with this id. */
  find(id: string): Order | undefined;
  /** Whether one of the first `count` orders had this id and is not kept any more. */
  isForgotten(id: string, count: number): boolean;
  readonly forgotten: UsedNames;
}

/** An id that the exchange made is a function of the order's place; only those that clients made are looked up. */
export function createClientIds(ids: OrderIds, at: OrderAt): ClientIds {
  const index = createClientIdIndex();
  const forgotten = createUsedNames();
  return {
    add: ({ seq, clientOrderId }) => {
      if (clientOrderId !== '') index.add(clientOrderId, seq);
    },
    forget: (names) => {
      const made = names.filter(({ clientOrderId }) => clientOrderId !== '');
      for (const { clientOrderId, seq } of made) index.remove(clientOrderId, seq);
      forgotten.add(made.map(({ clientOrderId }) => clientOrderId));
    },
    find: (id) => {
      const generated = ids.seqOfClientId(id);
      const places = generated === undefined ? index.candidates(id) : [generated, ...index.candidates(id)];
      return places.map(at).findLast((order) => order?.clientOrderId === id);
    },
    isForgotten: (id, count) => {
      const generated = ids.seqOfClientId(id);
      if (generated !== undefined && generated < count && at(generated) === undefined) return true;
      return forgotten.has(id);
    },
    forgotten,
  };
}
