/** The newest quote of a symbol, as long as it says something of now. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Quote } from '#server/domain/quote.ts';
import { MINUTE_MS } from '#server/domain/time.ts';

/** The one of a moment is taken in with the bar that ends then: older ones are of another minute. */
const FRESH_MS = 2 * MINUTE_MS;

export const freshQuote = ({ at }: Books, { quote }: Market): Quote | undefined =>
  quote !== undefined && at - quote.at <= FRESH_MS ? quote : undefined;

/** Nothing where nobody bids or nobody asks. */
export function middleOf(books: Books, market: Market): number | undefined {
  const quote = freshQuote(books, market);
  return quote !== undefined && quote.bid > 0 && quote.ask > 0 ? (quote.bid + quote.ask) / 2 : undefined;
}
