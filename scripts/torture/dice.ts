/** Chance that a seed decides. Each cycle has dice of its own, so that what is drawn does not hang on how long the one before took. */
import { roll, seededChance } from '#server/exchange/random.ts';

const LARGEST = 2_147_483_647;

export class Dice {
  readonly #state;

  constructor(seed: number, cycle: number) {
    this.#state = seededChance(Math.imul(seed, 0x9e3779b1) ^ Math.imul(cycle + 1, 0x85ebca6b));
  }

  /** Dice for something that goes on at the same time: what it draws does not shift what is drawn here. */
  fork(): Dice {
    return new Dice(this.whole(0, LARGEST), 0);
  }

  chance(probability: number): boolean {
    return roll(this.#state) < probability;
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(roll(this.#state) * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.whole(0, list.length - 1)];
    if (picked === undefined) throw new RangeError('there is nothing to pick from');
    return picked;
  }

  weighted<T extends { readonly weight: number }>(list: readonly T[]): T {
    let rest = roll(this.#state) * list.reduce((sum, { weight }) => sum + weight, 0);
    for (const one of list) {
      rest -= one.weight;
      if (rest < 0) return one;
    }
    return this.pick(list);
  }
}
