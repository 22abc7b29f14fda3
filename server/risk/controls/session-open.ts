/** P04 market hours: stocks are opened inside of a session of the broker's calendar; crypto trades always. */
import { sessionAt } from '#server/domain/session.ts';
import type { Control } from '../control.ts';
import { door, worstMarket } from '../reading.ts';

export const sessionOpen: Control = {
  name: 'sessionOpen',
  id: 'P04',
  term: 'market-hours check',
  answers: '15c3-5(c)(2)',
  limit: undefined,
  asks: 'opening',
  rule: ({ books, market }) => {
    if (market.instrument?.assetClass === 'crypto') return undefined;
    return sessionAt(books.sessions, books.at) === undefined ? 'the market is closed' : undefined;
  },
  measure: (standing) =>
    worstMarket(standing, ({ instrument, symbol }) =>
      door(instrument?.assetClass !== 'crypto' && sessionAt(standing.books.sessions, standing.books.at) === undefined, symbol),
    ),
};
