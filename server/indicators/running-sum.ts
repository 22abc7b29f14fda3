/**
 * A sum that numbers enter and leave without drift: the error of each addition is kept beside it (Knuth's two-sum), and
 * never grows beyond the last bit of the sum. Exact for integers of up to 106 bits. In the unit of the input.
 */
export type RunningSumState = readonly [sum: number, rest: number];

export class RunningSum {
  #sum = 0;
  #rest = 0;

  add(value: number): number {
    const rough = this.#sum + value;
    const added = rough - this.#sum;
    const rest = this.#rest + (this.#sum - (rough - added) + (value - added));
    const sum = rough + rest;
    this.#rest = rest - (sum - rough);
    this.#sum = sum;
    return sum;
  }

  get value(): number {
    return this.#sum;
  }

  save(): RunningSumState {
    return [this.#sum, this.#rest];
  }

  load([sum, rest]: RunningSumState): void {
    this.#sum = sum;
    this.#rest = rest;
  }
}
