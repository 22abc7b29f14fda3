/** A15 auction windows: no stock is opened right after the open or shortly before the close. */
import type { Books } from '#server/domain/books.ts';
import type { Limits } from '#server/domain/limits.ts';
import { sessionAt } from '#server/domain/session.ts';
import type { Control } from '../control.ts';
import { door } from '../reading.ts';

function objection({ sessions, at }: Books, limits: Limits): string | undefined {
  const session = sessionAt(sessions, at);
  // That it is closed is held by another control.
  if (session === undefined) return undefined;
  if (at - session.opensAt < limits.openingDelayMs) return 'the session has just begun';
  return session.closesAt - at <= limits.closingCutoffMs ? 'the session is about to end' : undefined;
}

export const sessionEdges: Control = {
  name: 'sessionEdges',
  id: 'A15',
  term: 'auction and close guard',
  answers: 'RTS 6 Art 15(1)',
  limit: 'closingCutoffMs',
  asks: 'opening',
  rule: ({ books, market, limits }) => (market.instrument?.assetClass === 'crypto' ? undefined : objection(books, limits)),
  measure: ({ books, limits }) => door(objection(books, limits) !== undefined),
};
