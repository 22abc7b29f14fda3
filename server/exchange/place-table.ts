/**
 * Things by their place, a whole number, where many come and go: an open hash table. A `Map` would do but for what it does to the
 * heap: each time it makes room it leaves a dead table behind, and one that has grown old keeps alive all it held, and
 * all the tables after it, until the next full collection.
 */
import { closeGap, type Slots } from './close-gap.ts';

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

interface Table<T> {
  /** One more than the place; zero is empty. */
  keys: Float64Array;
  values: (T | undefined)[];
  size: number;
}

const emptyValues = <T>(length: number): (T | undefined)[] => new Array<T | undefined>(length).fill(undefined);

export function createPlaceTable<T>(): PlaceTable<T> {
  const table: Table<T> = { keys: new Float64Array(FIRST_SIZE), values: emptyValues(FIRST_SIZE), size: 0 };
  const slots = slotsOf(table);
  return {
    get: (place) => table.values[slotOf(table, place + 1)],
    set: (place, value) => {
      if (table.keys[slotOf(table, place + 1)] === EMPTY) table.size += 1;
      if (table.size * 2 > table.keys.length) grow(table);
      put(table, place + 1, value);
    },
    delete: (place) => {
      const slot = slotOf(table, place + 1);
      if (table.keys[slot] === EMPTY) return false;
      table.size -= 1;
      const gap = closeGap(slots, slot);
      table.keys[gap] = EMPTY;
      table.values[gap] = undefined;
      return true;
    },
    clear: () => {
      table.keys.fill(EMPTY);
      table.values.fill(undefined);
      table.size = 0;
    },
    size: () => table.size,
    values: () => (table.size === 0 ? [] : keysOf(table).map((key) => table.values[slotOf(table, key)] as T)),
    first: () => {
      let least = Number.POSITIVE_INFINITY;
      if (table.size > 0) for (const key of table.keys) if (key !== EMPTY && key < least) least = key;
      return table.values[slotOf(table, least)];
    },
  };
}

const homeOf = ({ keys }: Table<unknown>, key: number): number => (Math.imul(key, FIBONACCI) >>> 7) & (keys.length - 1);
const keysOf = ({ keys }: Table<unknown>): number[] => [...keys.filter((key) => key !== EMPTY).sort()];

function slotOf(table: Table<unknown>, key: number): number {
  const { keys } = table;
  let slot = homeOf(table, key);
  while (keys[slot] !== EMPTY && keys[slot] !== key) slot = (slot + 1) & (keys.length - 1);
  return slot;
}

function put<T>(table: Table<T>, key: number, value: T | undefined): void {
  const slot = slotOf(table, key);
  table.keys[slot] = key;
  table.values[slot] = value;
}

function grow<T>(table: Table<T>): void {
  const { keys, values } = table;
  table.keys = new Float64Array(keys.length * 2);
  table.values = emptyValues(keys.length * 2);
  keys.forEach((key, slot) => {
    if (key !== EMPTY) put(table, key, values[slot]);
  });
}

const slotsOf = (table: Table<unknown>): Slots => ({
  length: () => table.keys.length,
  homeAt: (slot) => (table.keys[slot] === EMPTY ? undefined : homeOf(table, table.keys[slot] ?? 0)),
  move: (from, to) => {
    table.keys[to] = table.keys[from] ?? EMPTY;
    table.values[to] = table.values[from];
  },
});
