/** What a fill at the market costs beyond the price that the bar shows. */
import { basisPointsOf, type Price, priceFromNumber, type Quantity, toNumber } from '#server/domain/money.ts';
import type { Side } from '#server/domain/order.ts';
import type { FillSettings } from '../request.ts';

export interface Slipping {
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  /** Whether it opens or enlarges a position. */
  readonly opens: boolean;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
}

function amountOf({ slippage, model }: FillSettings, { price, quantity, opens, volume }: Slipping): bigint {
  const spread = model.kind === 'quote' ? basisPointsOf(price, model.halfSpreadBasisPoints) : 0n;
  switch (slippage.kind) {
    case 'none':
      return spread;
    case 'basisPoints':
      return spread + basisPointsOf(price, slippage.basisPoints);
    case 'fixed':
      return spread + slippage.amount;
    case 'volumeShare': {
      const share = volume > 0 ? Math.min(1, toNumber(quantity) / volume) : 1;
      return spread + basisPointsOf(price, share * slippage.impact * 10_000);
    }
    case 'entrySpread':
      return opens ? spread + basisPointsOf(price, slippage.basisPoints) : spread;
    default:
      return slippage satisfies never;
  }
}

/** The price after slippage, against us. */
export function slipped(settings: FillSettings, fill: Slipping): Price {
  const amount = amountOf(settings, fill);
  if (amount === 0n) return fill.price;
  const price = fill.side === 'buy' ? fill.price + amount : fill.price - amount;
  if (settings.slipsBeyondBar) return (price > 0n ? price : 1n) as Price;
  const edge = priceFromNumber(fill.side === 'buy' ? fill.high : fill.low);
  const isBeyond = fill.side === 'buy' ? price > edge : price < edge;
  return (isBeyond ? edge : price) as Price;
}
