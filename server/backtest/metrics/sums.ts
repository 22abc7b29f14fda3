/** Sums that keep what plain addition would lose: Neumaier's compensation, so that a million small returns add up to 1e-16 of the truth. */

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  let lost = 0;
  for (let nth = 0; nth < values.length; nth++) {
    const value = values[nth] as number;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Of `of(value)` over all values, without a list of them. */
export function sumOf(values: ArrayLike<number>, of: (value: number, nth: number) => number): number {
  let total = 0;
  let lost = 0;
  for (let nth = 0; nth < values.length; nth++) {
    const value = of(values[nth] as number, nth);
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Nothing of nothing. */
export const mean = (values: ArrayLike<number>): number | null => (values.length === 0 ? null : sum(values) / values.length);

/** A number that JSON can hold, or nothing: what is not defined is `null`, never NaN or Infinity; and there is one zero. */
export const defined = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value + 0 : null);

/** A quotient that is not defined when one of both is not, or when the divisor is zero. */
export const ratio = (dividend: number | null, divisor: number | null): number | null =>
  dividend === null || divisor === null || divisor === 0 ? null : defined(dividend / divisor);
