/** The ids of orders are functions of their places, so that an order is found by its id without an index. */
import { counterOf, uuidOf } from './random.ts';

const ORDER_LANE = 0x2545f491;
const CLIENT_LANE = 0x6a09e667;

export interface OrderIds {
  orderId(seq: number): string;
  /** The client order id of an order whose client did not name one. */
  clientId(seq: number): string;
  seqOf(orderId: string): number | undefined;
  seqOfClientId(id: string): number | undefined;
}

export function createOrderIds(seed: number): OrderIds {
  const inverse = (lane: number, id: string): number | undefined => {
    const seq = id.length === 36 ? counterOf(seed ^ lane, id) : undefined;
    return seq !== undefined && uuidOf(seed ^ lane, seq) === id ? seq : undefined;
  };
  return {
    orderId: (seq) => uuidOf(seed ^ ORDER_LANE, seq),
    clientId: (seq) => uuidOf(seed ^ CLIENT_LANE, seq),
    seqOf: (id) => inverse(ORDER_LANE, id),
    seqOfClientId: (id) => inverse(CLIENT_LANE, id),
  };
}
