/**
 * Things by their place, a whole number, where many come and go: an open hash table. A `Map` would do but for what it does to the
 * heap: each time it makes room it leaves a dead table behind, and one that has grown old keeps alive all it held, and
 * all the tables after it, until the next full collection.
 */

export interface PlaceTable<T> {
  get(place: number): T | undefined;
  /** Takes the place of what may be there. */
  set(place: number, value: T): void;
  /** Says whether it was there. */
  delete(place: number): boolean;
  clear(): void;
  size(): number;
  /** By place. */
  values(): T[];
  /** What has the smallest place; looks at all. */
  first(): T | undefined;
}

const FIRST_SIZE = 16;
const EMPTY = 0;
const FIBONACCI = 0x9e3779b1;

export function createPlaceTable<T>(): PlaceTable<T> {
  /** One more than the place; zero is empty. */
  let keys = new Float64Array(FIRST_SIZE);
  let values: (T | undefined)[] = new Array<T | undefined>(FIRST_SIZE).fill(undefined);
  let size = 0;
  const homeOf = (key: number): number => (Math.imul(key, FIBONACCI) >>> 7) & (keys.length - 1);
  const after = (slot: number): number => (slot + 1) & (keys.length - 1);
  const slotOf = (key: number): number => {
    let slot = homeOf(key);
    while (keys[slot] !== EMPTY && keys[slot] !== key) slot = after(slot);
    return slot;
  };
  const sortedKeys = (): number[] => [...keys.filter((key) => key !== EMPTY).sort()];
  const put = (key: number, value: T | undefined): void => {
    const slot = slotOf(key);
    keys[slot] = key;
    values[slot] = value;
  };
  const grow = (): void => {
    const [oldKeys, oldValues] = [keys, values];
    keys = new Float64Array(oldKeys.length * 2);
    values = new Array<T | undefined>(keys.length).fill(undefined);
    oldKeys.forEach((key, slot) => {
      if (key !== EMPTY) put(key, oldValues[slot]);
    });
  };
  /** What stands behind a gap moves into it, unless its search begins behind the gap. */
  const closeGap = (from: number): void => {
    let gap = from;
    for (let slot = after(gap); keys[slot] !== EMPTY; slot = after(slot)) {
      const home = homeOf(keys[slot] ?? 0);
      const begins = gap < slot ? home > gap && home <= slot : home > gap || home <= slot;
      if (begins) continue;
      keys[gap] = keys[slot] ?? EMPTY;
      values[gap] = values[slot];
      gap = slot;
    }
    keys[gap] = EMPTY;
    values[gap] = undefined;
  };
  return {
    get: (place) => values[slotOf(place + 1)],
    set: (place, value) => {
      if (keys[slotOf(place + 1)] === EMPTY) size += 1;
      if (size * 2 > keys.length) grow();
      put(place + 1, value);
    },
    delete: (place) => {
      const slot = slotOf(place + 1);
      if (keys[slot] === EMPTY) return false;
      size -= 1;
      closeGap(slot);
      return true;
    },
    clear: () => {
      keys.fill(EMPTY);
      values.fill(undefined);
      size = 0;
    },
    size: () => size,
    values: () => (size === 0 ? [] : sortedKeys().map((key) => values[slotOf(key)] as T)),
    first: () => {
      let least = Number.POSITIVE_INFINITY;
      if (size > 0) for (const key of keys) if (key !== EMPTY && key < least) least = key;
      return values[slotOf(least)];
    },
  };
}
