/** Chance that a seed and a name decide: each use has a generator of its own, so that one use more changes no other. */
import { type ChanceState, roll, seededChance } from '#server/exchange/random.ts';

function hashOf(seed: number, name: string): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}

export class Chance {
  readonly #state: ChanceState;

  constructor(seed: number, name: string) {
    this.#state = seededChance(hashOf(seed, name));
  }

  /** In [0, 1). */
  roll(): number {
    return roll(this.#state);
  }

  happens(probability: number): boolean {
    return roll(this.#state) < probability;
  }

  between(least: number, most: number): number {
    return least + roll(this.#state) * (most - least);
  }

  /** Both ends included. */
  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('nothing to pick from');
    return list[Math.floor(roll(this.#state) * list.length)] as T;
  }
}
