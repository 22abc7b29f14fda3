/** What the broker keeps of a fill. */
import type { Fee } from '#server/domain/fees.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import {
  basisPointsOf,
  divideRounded,
  type Money,
  notional,
  type Price,
  type Quantity,
  UNIT,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import { addRegulatoryFees, noFees, regulatoryFeesUnrounded } from '#server/exchange/fees-due.ts';
import type { Commission } from '../request.ts';

export interface Priced {
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  /** It waited at its limit: Alpaca's maker, not its taker. */
  readonly rested: boolean;
}

const FREE: Fee = { quantity: ZERO_QUANTITY, cash: ZERO_MONEY };
/** Alpaca's lowest tier. */
const MAKER_BASIS_POINTS = 15;
const TAKER_BASIS_POINTS = 25;
/** A rate is read to twelve decimals. */
const RATE_UNIT = 1e12;

export function feeOf(commission: Commission, instrument: Instrument, fill: Priced): Fee {
  switch (commission.kind) {
    case 'none':
      return FREE;
    case 'perShare': {
      const fee = notional(commission.rate as bigint as Price, fill.quantity);
      return { quantity: ZERO_QUANTITY, cash: fee > commission.least ? fee : commission.least };
    }
    case 'percent': {
      const { rate, least = ZERO_MONEY } = commission;
      const fee = partOfValue(rate, fill);
      return { quantity: ZERO_QUANTITY, cash: fee > least ? fee : least };
    }
    case 'fixed':
      return { quantity: ZERO_QUANTITY, cash: (commission.amount + partOfValue(commission.rate, fill)) as Money };
    case 'alpaca':
      return instrument.assetClass === 'crypto' ? coinFee(fill) : regulatoryFee(fill);
    default:
      return commission satisfies never;
  }
}

const partOfValue = (rate: number, { price, quantity }: Priced): Money =>
  divideRounded(price * quantity * BigInt(Math.round(rate * RATE_UNIT)), UNIT * BigInt(RATE_UNIT)) as Money;

/** Taken from what is credited: coins on a purchase, dollars on a sale. */
function coinFee({ side, quantity, price, rested }: Priced): Fee {
  const basisPoints = rested ? MAKER_BASIS_POINTS : TAKER_BASIS_POINTS;
  if (side === 'buy') return { quantity: basisPointsOf(quantity, basisPoints) as Quantity, cash: ZERO_MONEY };
  return { quantity: ZERO_QUANTITY, cash: basisPointsOf(notional(price, quantity), basisPoints) as Money };
}

/** Exactly, fill by fill: the broker sums a day and rounds each of the three sums up to a cent. */
function regulatoryFee(fill: Priced): Fee {
  const due = noFees();
  addRegulatoryFees(due, fill);
  return { quantity: ZERO_QUANTITY, cash: regulatoryFeesUnrounded(due) };
}

/** The fee in dollars, coins at the price of the fill. */
export const inDollars = (fee: Fee, price: Price): Money =>
  (fee.quantity === 0n ? fee.cash : fee.cash + notional(price, fee.quantity)) as Money;
