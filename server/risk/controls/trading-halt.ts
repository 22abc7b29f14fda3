/** P05 trading halts and limit states: a symbol waits until it trades again, and a moment longer. */
import type { Market } from '#server/domain/books.ts';
import type { Control, Standing } from '../control.ts';
import { door, worstMarket } from '../reading.ts';

function objection({ books, limits }: Standing, { tape: { halt } }: Market): string | undefined {
  if (halt === undefined) return undefined;
  if (halt.endedAt === undefined) return `trading in it is halted: ${halt.reason}`;
  const ago = books.at - halt.endedAt;
  return ago < limits.haltCooloffMs ? `its halt ended ${ago} ms ago, at least ${limits.haltCooloffMs} must pass` : undefined;
}

export const tradingHalt: Control = {
  name: 'tradingHalt',
  id: 'P05',
  term: 'trading-halt and LULD gate',
  answers: 'LULD plan, 15c3-5(c)(2)',
  limit: 'haltCooloffMs',
  asks: 'opening',
  rule: (question) => objection(question, question.market),
  measure: (standing) => worstMarket(standing, (market) => door(objection(standing, market) !== undefined, market.symbol)),
};
