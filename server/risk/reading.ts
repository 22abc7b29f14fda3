/** The few forms that a reading has: a value under its limit, a door that is open or closed, a limit that only an order can meet. */
import type { Market } from '#server/domain/books.ts';
import type { Reading, ReadingState, Standing, Unit } from './control.ts';

/** From this part of its limit on a value is near it. */
const NEAR = 0.8;

/** Of a limit that may be reached and not passed. */
export function under(value: number | undefined, limit: number, unit: Unit, of?: string): Reading {
  return read(value, limit, unit, (known) => known > limit, of);
}

/** Of a limit that refuses as soon as it is reached. */
export function below(value: number | undefined, limit: number, unit: Unit, of?: string): Reading {
  return read(value, limit, unit, (known) => known >= limit, of);
}

function read(value: number | undefined, limit: number, unit: Unit, refuses: (value: number) => boolean, of?: string): Reading {
  if (value === undefined || Number.isNaN(value)) return { value: undefined, limit, unit, state: 'unknown', of };
  const accepted = value >= NEAR * limit ? 'near' : 'ok';
  return { value, limit, unit, state: refuses(value) ? 'refusing' : accepted, of };
}

/** Nothing is counted: it refuses, or it does not. */
export const door = (isClosed: boolean, of?: string): Reading => ({
  value: undefined,
  limit: undefined,
  unit: 'none',
  state: isClosed ? 'refusing' : 'ok',
  of,
});

/** A property of the order alone: the books have no value of it. */
export const ofOrder = (limit: number | undefined, unit: Unit): Reading => ({ value: undefined, limit, unit, state: 'ok' });

const FROM_LEAST: readonly ReadingState[] = ['ok', 'near', 'unknown', 'refusing'];

/** The reading that is nearest to a refusal, of the markets that are traded. */
export function worstMarket({ books }: Standing, reading: (market: Market) => Reading): Reading {
  let worst: Reading | undefined;
  for (const market of books.markets.values()) {
    if (market.portfolio === undefined) continue;
    const one = reading(market);
    if (worst === undefined || isWorse(one, worst)) worst = one;
  }
  return worst ?? door(false);
}

/** By its state, and in the same state by its value. */
const isWorse = (a: Reading, b: Reading): boolean =>
  (FROM_LEAST.indexOf(a.state) - FROM_LEAST.indexOf(b.state) || (a.value ?? 0) - (b.value ?? 0)) > 0;
