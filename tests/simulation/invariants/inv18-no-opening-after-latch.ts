/** After the latch closed, in memory or in the journal, no opening order leaves; from `halt` on nothing but the kill switch's own. */
import { higher, type KillLevel } from '#server/domain/kill.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

/** Said here once more: the product's own table is what is tried. */
const OPENS_AT: ReadonlySet<KillLevel> = new Set(['armed']);
const REDUCES_AT: ReadonlySet<KillLevel> = new Set(['armed', 'reduceOnly']);

export const inv18: Invariant = {
  name: 'INV-18 no opening order after the latch',
  watch: ({ durable, operator }) => ({
    onSend: (sent) => {
      if (!isOrderRequest(sent)) return undefined;
      const placed = durable.placed.get(orderIn(sent).clientOrderId);
      if (placed === undefined) return undefined;
      const level = higher(durable.kill, operator.levelOf(sent.from));
      const { purpose, portfolio } = placed.intent;
      const may = purpose === 'open' ? OPENS_AT.has(level) : portfolio === undefined || REDUCES_AT.has(level);
      return may ? undefined : `order ${placed.id} (${purpose}) left at kill level ${level}`;
    },
  }),
};
