/** Where orders with a client's own id are: an open hash table of places. The ids themselves are in the orders. */
import { closeGap, type Slots } from './close-gap.ts';
import { hashOf } from './text-hash.ts';

export interface ClientIdIndex {
  add(id: string, seq: number): void;
  /** Takes out what was added. */
  remove(id: string, seq: number): void;
  /** The places of orders that may have this id, the newest last. */
  candidates(id: string): number[];
}

const FIRST_SIZE = 1_024;
const EMPTY = 0;

export function createClientIdIndex(): ClientIdIndex {
  let hashes = new Uint32Array(FIRST_SIZE);
  let places = new Uint32Array(FIRST_SIZE);
  let used = 0;
  const after = (slot: number): number => (slot + 1) & (places.length - 1);
  const homeOf = (hash: number): number => hash & (places.length - 1);
  const put = (hash: number, place: number): void => {
    let slot = homeOf(hash);
    while (places[slot] !== EMPTY) slot = after(slot);
    hashes[slot] = hash;
    places[slot] = place;
  };
  const grow = (): void => {
    const [oldHashes, oldPlaces] = [hashes, places];
    hashes = new Uint32Array(oldHashes.length * 2);
    places = new Uint32Array(oldPlaces.length * 2);
    oldPlaces.forEach((place, slot) => {
      if (place !== EMPTY) put(oldHashes[slot] ?? 0, place);
    });
  };
  const slots: Slots = {
    length: () => places.length,
    homeAt: (slot) => (places[slot] === EMPTY ? undefined : homeOf(hashes[slot] ?? 0)),
    move: (from, to) => {
      hashes[to] = hashes[from] ?? 0;
      places[to] = places[from] ?? EMPTY;
    },
  };
  return {
    add: (id, seq) => {
      used += 1;
      if (used * 2 > places.length) grow();
      put(hashOf(id), seq + 1);
    },
    remove: (id, seq) => {
      for (let slot = homeOf(hashOf(id)); places[slot] !== EMPTY; slot = after(slot)) {
        if (places[slot] !== seq + 1) continue;
        places[closeGap(slots, slot)] = EMPTY;
        used -= 1;
        return;
      }
    },
    candidates: (id) => {
      const hash = hashOf(id);
      const found: number[] = [];
      for (let slot = homeOf(hash); places[slot] !== EMPTY; slot = after(slot)) {
        if (hashes[slot] === hash) found.push((places[slot] ?? 1) - 1);
      }
      return found.length > 1 ? found.sort((a, b) => a - b) : found;
    },
  };
}
