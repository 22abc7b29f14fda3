/** Readings of the controls as the public shape: numbers as decimals, nothing as null. */
import type { Desk } from '#server/runtime/desk.ts';
import { decimalOf, timeOrNull } from './present.ts';

const decimalOrNull = (value: number | undefined): string | null => (value === undefined ? null : decimalOf(value));

/** A reserve is kept, and not used up: what is left of it is what lies above. */
const isFloor = (name: string): boolean => name === 'marginExcess';

export function presentRisk(desk: Desk) {
  return {
    at: timeOrNull(desk.books.at),
    controls: desk.risk().map(({ name, id, term, setting, unit, value, limit, state, of }) => {
      const left = value === undefined || limit === undefined ? undefined : limit - value;
      return {
        ...{ name, id, term, setting: setting ?? null, unit, state, of: of ?? null },
        value: decimalOrNull(value),
        limit: decimalOrNull(limit),
        headroom: decimalOrNull(left === undefined || !isFloor(name) ? left : -left),
      };
    }),
  };
}
