/**
 * The largest of the last `size` values (the smallest, by their negatives): a queue of those that can still become it, so
 * that each value is put in once and taken out once, whatever the size. In the unit of the input.
 */
export interface LargestState {
  readonly seen: number;
  /** Value and place, the largest first. */
  readonly queue: readonly (readonly [number, number])[];
}

export class Largest {
  readonly #size: number;
  readonly #mask: number;
  /** Head and tail run over twice the room, so that full and empty differ. */
  readonly #wrap: number;
  readonly #values: Float64Array;
  readonly #places: Float64Array;
  #head = 0;
  #tail = 0;
  #seen = 0;

  constructor(size: number) {
    this.#size = size;
    const room = 2 ** Math.ceil(Math.log2(size + 1));
    this.#mask = room - 1;
    this.#wrap = 2 * room - 1;
    this.#values = new Float64Array(room);
    this.#places = new Float64Array(room);
  }

  /** Of what was seen so far, while the window fills. */
  next(value: number): number {
    const values = this.#values;
    const mask = this.#mask;
    const seen = this.#seen;
    let head = this.#head;
    let tail = this.#tail;
    if (head !== tail && (this.#places[head & mask] as number) <= seen - this.#size) head = (head + 1) & this.#wrap;
    while (head !== tail && (values[(tail - 1) & mask] as number) <= value) tail = (tail - 1) & this.#wrap;
    values[tail & mask] = value;
    this.#places[tail & mask] = seen;
    this.#tail = (tail + 1) & this.#wrap;
    this.#head = head;
    this.#seen = seen + 1;
    return values[head & mask] as number;
  }

  /** How many values ago the largest came, 0: it is the newest. */
  get age(): number {
    return this.#seen - 1 - (this.#places[this.#head & this.#mask] as number);
  }

  save(): LargestState {
    const queue: [number, number][] = [];
    for (let at = this.#head; at !== this.#tail; at = (at + 1) & this.#wrap) {
      queue.push([this.#values[at & this.#mask] as number, this.#places[at & this.#mask] as number]);
    }
    return { seen: this.#seen, queue };
  }

  load({ seen, queue }: LargestState): void {
    this.#head = 0;
    this.#tail = queue.length;
    this.#seen = seen;
    queue.forEach(([value, place], nth) => {
      this.#values[nth] = value;
      this.#places[nth] = place;
    });
  }
}
