/** P17 gross exposure: all positions and everything that open, unknown and cancelling orders can still add. */
import { formatFixed, notional, toNumber } from '#server/domain/money.ts';
import { grossExposureOf, reservedByOthers } from '#server/domain/valuation.ts';
import type { Control } from '../control.ts';
import { under } from '../reading.ts';

export const grossExposure: Control = {
  name: 'grossExposure',
  id: 'P17',
  term: 'gross exposure limit',
  answers: '15c3-5(c)(1)(i), RTS 6 Art 15(4)',
  limit: 'maxGrossExposure',
  asks: 'opening',
  rule: ({ intent, books, limits, sheet }) => {
    for (const { symbol } of books.externalOrders.values())
      if (reservedByOthers(books, symbol) === undefined) return `what somebody else's order of ${symbol} can still add is not known`;
    const exposure = sheet.exactExposure + notional(intent.expectedPrice, intent.quantity);
    return exposure > limits.maxGrossExposure
      ? `exposure would be $${formatFixed(exposure)}, at most $${formatFixed(limits.maxGrossExposure)}`
      : undefined;
  },
  measure: ({ books, limits }) => under(toNumber(grossExposureOf(books)), toNumber(limits.maxGrossExposure), 'dollars'),
};
