/** P24 stale data: the newest bar ended a short time ago, and its stream is up. */
import type { Market } from '#server/domain/books.ts';
import type { Control, Standing } from '../control.ts';
import { door, under, worstMarket } from '../reading.ts';

const isLost = ({ lostFeeds }: Standing['books'], { instrument }: Market): boolean =>
  lostFeeds.has(instrument?.assetClass === 'crypto' ? 'crypto' : 'stocks');

export const priceFresh: Control = {
  name: 'priceFresh',
  id: 'P24',
  term: 'stale-data gate',
  answers: '15c3-5(c)(1)(ii), RTS 6 Art 15(1)(a)',
  limit: 'maxPriceAgeMs',
  asks: 'opening',
  rule: ({ books, market, limits }) => {
    if (isLost(books, market)) return 'the market data stream is down';
    const age = books.at - market.lastBarEndsAt;
    return age > limits.maxPriceAgeMs ? `the price is ${age} ms old, at most ${limits.maxPriceAgeMs} is allowed` : undefined;
  },
  measure: (standing) =>
    worstMarket(standing, (market) => {
      const { books, limits } = standing;
      if (isLost(books, market)) return door(true, market.symbol);
      return under(books.at - market.lastBarEndsAt, limits.maxPriceAgeMs, 'ms', market.symbol);
    }),
};
