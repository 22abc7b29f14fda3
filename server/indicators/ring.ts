/**
 * Rings: arrays of fixed length in which the newest value takes the place of the oldest. They are plain arrays of doubles,
 * which V8 reads and writes with fewer checks than a Float64Array.
 */

/** Filled with a value. It begins with fractions, since V8 would take zeros for small integers and change its mind later. */
export function ringOf(size: number, value: number): number[] {
  const ring: number[] = [0.5];
  while (ring.length < size) ring.push(0.5);
  return ring.fill(value);
}

/** What a ring holds, oldest first; `next` is where the next value goes, and while it fills, only what lies before counts. */
export const inOrder = (ring: readonly number[], next: number, isFull: boolean): number[] =>
  isFull ? [...ring.slice(next), ...ring.slice(0, next)] : ring.slice(0, next);
