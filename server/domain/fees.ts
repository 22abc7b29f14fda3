/**
 * What a fill costs beyond its price. Equities: nothing on paper. Crypto: the taker fee is taken from what is credited:
 * coins on a buy, dollars on a sale (Alpaca's crypto fee schedule; 25 basis points in the lowest tier).
 */
import type { AssetClass } from './instrument.ts';
import { basisPointsOf, type Money, notional, type Price, type Quantity, ZERO_MONEY, ZERO_QUANTITY } from './money.ts';
import type { Side } from './order.ts';

export interface FeeSchedule {
  readonly cryptoTakerBasisPoints: number;
}

export interface Fee {
  /** Coins kept by the broker out of a purchase. */
  readonly quantity: Quantity;
  /** Dollars kept by the broker out of the proceeds of a sale. */
  readonly cash: Money;
}

const FREE: Fee = { quantity: ZERO_QUANTITY, cash: ZERO_MONEY };

export function feeOf(schedule: FeeSchedule, assetClass: AssetClass, fill: { side: Side; quantity: Quantity; price: Price }): Fee {
  if (assetClass !== 'crypto' || schedule.cryptoTakerBasisPoints === 0) return FREE;
  if (fill.side === 'buy') {
    return { quantity: basisPointsOf(fill.quantity, schedule.cryptoTakerBasisPoints) as Quantity, cash: ZERO_MONEY };
  }
  return { quantity: ZERO_QUANTITY, cash: basisPointsOf(notional(fill.price, fill.quantity), schedule.cryptoTakerBasisPoints) as Money };
}
