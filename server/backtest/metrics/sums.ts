/** Sums that keep what plain addition would lose: Neumaier's compensation, so that a million small returns add up to 1e-16 of the truth. */

/** A sum under way. Long columns are added up by this, because a number that a callback is given is an object on the way. */
export class Total {
  #total = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#total + value;
    this.#lost += Math.abs(this.#total) >= Math.abs(value) ? this.#total - next + value : value - next + this.#total;
    this.#total = next;
  }

  get value(): number {
    return this.#total + this.#lost;
  }
}

export function sum(values: ArrayLike<number>): number {
  const total = new Total();
  for (let nth = 0; nth < values.length; nth++) total.add(values[nth] as number);
  return total.value;
}

/** Of `of(value)` over all values, without a list of them. */
export function sumOf(values: ArrayLike<number>, of: (value: number, nth: number) => number): number {
  const total = new Total();
  for (let nth = 0; nth < values.length; nth++) total.add(of(values[nth] as number, nth));
  return total.value;
}

/** Nothing of nothing. */
export const mean = (values: ArrayLike<number>): number | null => (values.length === 0 ? null : sum(values) / values.length);

/** A number that JSON can hold, or nothing: what is not defined is `null`, never NaN or Infinity; and there is one zero. */
export const defined = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value + 0 : null);

/** A quotient that is not defined when one of both is not, or when the divisor is zero. */
export const ratio = (dividend: number | null, divisor: number | null): number | null =>
  dividend === null || divisor === null || divisor === 0 ? null : defined(dividend / divisor);
