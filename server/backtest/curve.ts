/** The equity curve under way: columns that grow, and are taken away whole or in parts. */
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { EquityCurve } from './result.ts';

const FIRST_CAPACITY = 1_024;

export class Curve {
  readonly #symbols: readonly AssetSymbol[];
  #capacity = 0;
  #timestamp = new Float64Array(0);
  #equity = new Float64Array(0);
  #cash = new Float64Array(0);
  #positions: Float64Array<ArrayBuffer>[];
  #length = 0;
  /** Points that were taken away. */
  #taken = 0;

  constructor(symbols: readonly AssetSymbol[]) {
    this.#symbols = symbols;
    this.#positions = symbols.map(() => new Float64Array(0));
  }

  /** All points so far, those that were taken away included: the index of the next one. */
  get total(): number {
    return this.#taken + this.#length;
  }

  /** Room for so many more points, so that they need not be copied while the curve grows. */
  expect(points: number): void {
    if (this.#length + points > this.#capacity) this.#grow(this.#length + points);
  }

  /**
   * A point; `at` holds its timestamp, its equity and its cash: in an array, because numbers that are handed over become
   * objects on the way.
   */
  push(at: Float64Array, held: Float64Array): void {
    const nth = this.#length;
    if (nth === this.#capacity) this.#grow(Math.max(FIRST_CAPACITY, nth * 2));
    this.#timestamp[nth] = at[0] as number;
    this.#equity[nth] = at[1] as number;
    this.#cash[nth] = at[2] as number;
    for (let slot = 0; slot < held.length; slot++) (this.#positions[slot] as Float64Array)[nth] = held[slot] as number;
    this.#length = nth + 1;
  }

  #grow(capacity: number): void {
    const longer = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(capacity);
      grown.set(column.subarray(0, this.#length));
      return grown;
    };
    this.#timestamp = longer(this.#timestamp);
    this.#equity = longer(this.#equity);
    this.#cash = longer(this.#cash);
    this.#positions = this.#positions.map(longer);
    this.#capacity = capacity;
  }

  /** The points since the last taking; the curve begins anew behind them. */
  take(): EquityCurve {
    const part = (column: Float64Array): Float64Array => column.subarray(0, this.#length);
    const curve: EquityCurve = {
      length: this.#length,
      timestamp: part(this.#timestamp),
      equity: part(this.#equity),
      cash: part(this.#cash),
      positions: this.#positions.map(part),
      symbols: this.#symbols,
    };
    this.#taken += this.#length;
    this.#length = 0;
    this.#capacity = 0;
    this.#timestamp = this.#equity = this.#cash = new Float64Array(0);
    this.#positions = this.#symbols.map(() => new Float64Array(0));
    return curve;
  }
}
