/** Which of two sides something is on; the first side is where we came in, not a cross. */
import type { Direction } from '#server/domain/signal.ts';
import { Scalars } from '#server/indicators/scalars.ts';

export class Cross {
  readonly #side = new Scalars(0);

  /** `difference` above zero is up, below it down; `before` while it did not cross. */
  next(difference: number, before: Direction): Direction {
    const side = Math.sign(difference);
    const was = this.#side.at[0] as number;
    if (Number.isNaN(side) || side === 0 || side === was) return before;
    this.#side.at[0] = side;
    if (was === 0) return before;
    return side > 0 ? 'up' : 'down';
  }

  save(): unknown {
    return this.#side.save();
  }

  load(state: never): void {
    this.#side.load(state);
  }
}
