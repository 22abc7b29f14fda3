/**
 * Orders on the account that are not ours: somebody gave them on the broker's page, or another program did. They are not in our books; what
 * they can still trade is read from what the broker said of them last, until it says that they are over.
 */
import { type Money, notional, type Price, type Quantity, ZERO_MONEY } from './money.ts';
import type { Order } from './order.ts';
import type { OrderView } from './statement.ts';

/** A stranger's execution is booked under an order of our making: it holds its fills, and there is nothing in it to manage. */
export const isAdopted = ({ purpose, portfolio }: Pick<Order, 'purpose' | 'portfolio'>): boolean =>
  purpose === 'open' && portfolio === undefined;

/** The worth of what it can still buy or sell, at the dearest; nothing where that can not be told. */
export function valueLeft(view: OrderView, mark: Price | undefined): Money | undefined {
  // A leg that waits for its turn closes what the order that it hangs on has opened.
  if (view.brokerStatus === 'held') return ZERO_MONEY;
  const price = dearest(view, mark);
  if (view.hasNoQuantity === true) {
    if (view.dollars === undefined) return undefined;
    const spent = notional(view.averageFillPrice ?? price ?? (0n as Price), view.filled);
    return view.dollars > spent ? ((view.dollars - spent) as Money) : ZERO_MONEY;
  }
  return price === undefined ? undefined : notional(price, (view.quantity - view.filled) as Quantity);
}

/** A purchase pays its limit at most; a sale brings its limit at least, and a stop is away from the market. */
function dearest({ side, limitPrice, stopPrice }: OrderView, mark: Price | undefined): Price | undefined {
  if (side === 'buy' && limitPrice !== undefined) return limitPrice;
  // The limit of a sale alone does not tell what it would bring.
  if (mark === undefined) return side === 'sell' ? undefined : stopPrice;
  return [limitPrice, stopPrice].reduce<Price>((most, price) => (price !== undefined && price > most ? price : most), mark);
}
