/** P29 a position is not begun before it is known where it will be left. */
import type { Market } from '#server/domain/books.ts';
import type { Control } from '../control.ts';
import { door, worstMarket } from '../reading.ts';

const isUnknown = ({ guard }: Market): boolean => guard?.gauge !== undefined && Number.isNaN(guard.gauge.value);

export const exitsKnown: Control = {
  name: 'exitsKnown',
  id: 'P29',
  term: 'protective-stop requirement',
  answers: 'FIA',
  limit: undefined,
  asks: 'opening',
  rule: ({ market }) => (isUnknown(market) ? 'the average true range that the exits go by is not known yet' : undefined),
  measure: (standing) => worstMarket(standing, (market) => door(isUnknown(market), market.symbol)),
};
