/** A handful of numbers to remember; what is not there yet is NaN, and null as JSON. */
export class Scalars {
  readonly at: Float64Array;

  constructor(...initial: readonly number[]) {
    this.at = Float64Array.from(initial);
  }

  save(): (number | null)[] {
    return Array.from(this.at, (value) => (Number.isNaN(value) ? null : value));
  }

  load(values: readonly (number | null)[]): void {
    values.forEach((value, nth) => {
      this.at[nth] = value ?? Number.NaN;
    });
  }
}
