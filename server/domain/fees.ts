/**
 * What a fill costs beyond its price. Equities: nothing on paper. Crypto: a fee is taken from what is credited: coins on a buy, dollars on a
 * sale (Alpaca's crypto fee schedule; in the lowest tier 25 basis points of who takes a price, 15 of who waited for it with a limit).
 */
import type { AssetClass } from './instrument.ts';
import { basisPointsOf, type Money, notional, type Price, type Quantity, ZERO_MONEY, ZERO_QUANTITY } from './money.ts';
import type { Side } from './order.ts';

export interface FeeSchedule {
  readonly cryptoTakerBasisPoints: number;
  /** Of an order that waited for its price with a limit; the same where it is not given. */
  readonly cryptoMakerBasisPoints?: number;
}

export interface Charged {
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly isMaker?: boolean;
}

export interface Fee {
  /** Coins kept by the broker out of a purchase. */
  readonly quantity: Quantity;
  /** Dollars kept by the broker out of the proceeds of a sale. */
  readonly cash: Money;
}

const FREE: Fee = { quantity: ZERO_QUANTITY, cash: ZERO_MONEY };

export function feeOf(schedule: FeeSchedule, assetClass: AssetClass, { side, quantity, price, isMaker }: Charged): Fee {
  const { cryptoTakerBasisPoints: taken, cryptoMakerBasisPoints: made = taken } = schedule;
  const basisPoints = isMaker === true ? made : taken;
  if (assetClass !== 'crypto' || basisPoints === 0) return FREE;
  if (side === 'buy') return { quantity: basisPointsOf(quantity, basisPoints) as Quantity, cash: ZERO_MONEY };
  return { quantity: ZERO_QUANTITY, cash: basisPointsOf(notional(price, quantity), basisPoints) as Money };
}
