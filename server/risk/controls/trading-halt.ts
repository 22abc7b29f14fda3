/** P05 trading halts and limit states: a symbol waits until it trades again and a moment longer, and while its price is at its band or beyond. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Intent } from '#server/domain/decision.ts';
import { bandOf, type PriceBand } from '#server/domain/tape.ts';
import type { Control, Standing } from '../control.ts';
import { priceOf } from '../price-of.ts';
import { freshQuote } from '../quotes.ts';
import { door, worstMarket } from '../reading.ts';

function haltObjection({ books, limits }: Standing, { tape: { halt } }: Market): string | undefined {
  if (halt === undefined) return undefined;
  if (halt.endedAt === undefined) return `trading in it is halted: ${halt.reason}`;
  const ago = books.at - halt.endedAt;
  return ago < limits.haltCooloffMs ? `its halt ended ${ago} ms ago, at least ${limits.haltCooloffMs} must pass` : undefined;
}

/** Nothing trades outside of a band, and at its edge a pause is near: a quote that stands there is a limit state. */
function bandObjection(books: Books, market: Market, { up, down }: PriceBand, price: number): string | undefined {
  if (price >= up || price <= down) return `the price of ${price} is not within the market's band of ${down} to ${up}`;
  const quote = freshQuote(books, market);
  if (quote === undefined) return undefined;
  const isLimitState = quote.bid >= up || (quote.ask > 0 && quote.ask <= down);
  return isLimitState ? `its quote of ${quote.bid} to ${quote.ask} stands at the market's band of ${down} to ${up}` : undefined;
}

/** Without an intent: of what it trades at now. */
function objection(standing: Standing, market: Market, intent: Intent | undefined): string | undefined {
  const halted = haltObjection(standing, market);
  if (halted !== undefined) return halted;
  const band = bandOf(market.tape, standing.books.at);
  if (band === undefined) return undefined;
  return bandObjection(standing.books, market, band, intent === undefined ? market.lastPrice : priceOf(intent));
}

export const tradingHalt: Control = {
  name: 'tradingHalt',
  id: 'P05',
  term: 'trading-halt and LULD gate',
  answers: 'LULD plan, 15c3-5(c)(2)',
  limit: 'haltCooloffMs',
  asks: 'opening',
  rule: (question) => objection(question, question.market, question.intent),
  measure: (standing) => worstMarket(standing, (market) => door(objection(standing, market, undefined) !== undefined, market.symbol)),
};
