/** When an opening order leaves, everything held, open and unknown stays within the limit; only the market may carry it beyond. */
import { formatFixed } from '#server/domain/money.ts';
import { grossExposureOf } from '#server/domain/valuation.ts';
import { liveBooks } from '../world/evidence.ts';
import { isOrderRequest, orderIn } from '../world/wire.ts';
import type { Invariant } from './invariant.ts';

/** What prices may have moved between the decision and now, in percent. */
const MOVED_PERCENT = 8n;

export const inv15: Invariant = {
  name: 'INV-15 exposure within the limit when an order leaves',
  watch: (evidence) => ({
    onSend: (sent) => {
      const { durable, plan, mishaps } = evidence;
      if (!isOrderRequest(sent) || durable.placed.get(orderIn(sent).clientOrderId)?.intent.purpose !== 'open') return undefined;
      if (mishaps.some(({ kind }) => kind === 'outsideOrder')) return undefined;
      for (const { process, books } of liveBooks(evidence)) {
        if (process.owner !== sent.from) continue;
        const exposure = grossExposureOf(books);
        const limit = plan.plan.limits.maxGrossExposure;
        if (exposure * 100n > limit * (100n + MOVED_PERCENT))
          return `exposure is $${formatFixed(exposure)}, the limit $${formatFixed(limit)}`;
      }
      return undefined;
    },
  }),
};
