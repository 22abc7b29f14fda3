/** Where orders with a client's own id are: an open hash table of places. The ids themselves are in the orders. */

export interface ClientIdIndex {
  add(id: string, seq: number): void;
  /** The places of orders that may have this id, the newest last. */
  candidates(id: string): number[];
}

const FIRST_SIZE = 1_024;
const EMPTY = 0;

function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

export function createClientIdIndex(): ClientIdIndex {
  let hashes = new Uint32Array(FIRST_SIZE);
  let places = new Uint32Array(FIRST_SIZE);
  let used = 0;
  const put = (hash: number, place: number): void => {
    const mask = places.length - 1;
    let slot = hash & mask;
    while (places[slot] !== EMPTY) slot = (slot + 1) & mask;
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
  return {
    add: (id, seq) => {
      used += 1;
      if (used * 2 > places.length) grow();
      put(hashOf(id), seq + 1);
    },
    candidates: (id) => {
      const hash = hashOf(id);
      const mask = places.length - 1;
      const found: number[] = [];
      for (let slot = hash & mask; places[slot] !== EMPTY; slot = (slot + 1) & mask) {
        if (hashes[slot] === hash) found.push((places[slot] ?? 1) - 1);
      }
      return found.length > 1 ? found.sort((a, b) => a - b) : found;
    },
  };
}
