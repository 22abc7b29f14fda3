/**
 * A sum that numbers enter and leave without drift: the error of each addition is kept beside it (Knuth's two-sum). In the
 * unit of the input.
 */
export type RunningSumState = readonly [sum: number, rest: number];

export class RunningSum {
  #sum = 0;
  #rest = 0;

  add(value: number): number {
    const sum = this.#sum + value;
    const added = sum - this.#sum;
    this.#rest += this.#sum - (sum - added) + (value - added);
    this.#sum = sum;
    return sum + this.#rest;
  }

  get value(): number {
    return this.#sum + this.#rest;
  }

  save(): RunningSumState {
    return [this.#sum, this.#rest];
  }

  load([sum, rest]: RunningSumState): void {
    this.#sum = sum;
    this.#rest = rest;
  }
}
