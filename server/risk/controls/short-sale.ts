/** P26 short sales: of what the broker calls easy to borrow, in whole shares, by an account that is large enough, and not of what has fallen by a tenth. */
import { formatFixed, toNumber, UNIT } from '#server/domain/money.ts';
import type { Control } from '../control.ts';
import { door, ofOrder } from '../reading.ts';

/** Rule 201: a stock that has fallen so far since the day before is sold short only above the best bid. */
const FALLEN = 0.9;

export const shortSale: Control = {
  name: 'shortSale',
  id: 'P26',
  term: 'short-sale and borrow gate',
  answers: 'Reg SHO (Rules 201, 203), 15c3-5(c)(2)',
  limit: 'minShortEquity',
  asks: 'opening',
  rule: ({ intent, books, market, limits }) => {
    if (intent.side === 'buy' || market.position.quantity >= intent.quantity) return undefined;
    const borrowStatus = market.instrument?.borrowStatus;
    if (borrowStatus !== 'easy_to_borrow')
      return borrowStatus === undefined ? 'the broker does not say whether it can be borrowed' : 'it is hard to borrow';
    if (intent.quantity % UNIT !== 0n) return 'a part of a share can not be borrowed';
    if (books.lossScreen.equity < toNumber(limits.minShortEquity))
      return `the equity is below the $${formatFixed(limits.minShortEquity)} that a short sale takes`;
    const { tape, lastPrice } = market;
    // Of a close that is not known yet it is zero, and no price is as low.
    return lastPrice <= FALLEN * tape.previousClose
      ? 'it has fallen by a tenth since the day before: short sales are restricted'
      : undefined;
  },
  measure: ({ books, limits }) => {
    const least = toNumber(limits.minShortEquity);
    return books.lossScreen.equity < least ? door(true) : ofOrder(least, 'dollars');
  },
};
