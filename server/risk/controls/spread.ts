/** P24 spread guard: a quote is fresh, uncrossed, has a size on both sides, and is narrow. */
import type { Books, Market } from '#server/domain/books.ts';
import type { Limits } from '#server/domain/limits.ts';
import type { Control, Reading } from '../control.ts';
import { freshQuote } from '../quotes.ts';
import { ofOrder, under, worstMarket } from '../reading.ts';

function objection(books: Books, market: Market, limits: Limits): string | undefined {
  const quote = freshQuote(books, market);
  if (quote === undefined) return limits.requireQuote ? 'no fresh quote is known' : undefined;
  const { bid, ask, bidSize, askSize } = quote;
  if (!(bid > 0 && ask > 0 && bidSize > 0 && askSize > 0)) return 'nobody bids, or nobody asks';
  if (bid > ask) return `the quote is crossed: ${bid} is bid, ${ask} is asked`;
  const spread = (20_000 * (ask - bid)) / (ask + bid);
  const most = limits.maxSpreadBasisPoints;
  return spread > most ? `the spread is ${spread.toFixed(1)} hundredths of a percent, at most ${most}` : undefined;
}

function read(books: Books, market: Market, limits: Limits): Reading {
  const quote = freshQuote(books, market);
  const limit = limits.maxSpreadBasisPoints / 100;
  if (quote === undefined) return { ...ofOrder(limit, 'percent'), state: limits.requireQuote ? 'refusing' : 'unknown', of: market.symbol };
  const reading = under((200 * (quote.ask - quote.bid)) / (quote.ask + quote.bid), limit, 'percent', market.symbol);
  return objection(books, market, limits) === undefined ? reading : { ...reading, state: 'refusing' };
}

export const spread: Control = {
  name: 'spread',
  id: 'P24',
  term: 'spread guard',
  answers: 'RTS 6 Art 15(1)(a)',
  limit: 'maxSpreadBasisPoints',
  asks: 'opening',
  rule: ({ books, market, limits }) => objection(books, market, limits),
  measure: (standing) => worstMarket(standing, (market) => read(standing.books, market, standing.limits)),
};
