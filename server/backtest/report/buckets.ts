/** Long curves made short: each bucket keeps its lowest and highest value in their order, so that no spike is lost. */

/** More than a phone has pixels and a desk needs. */
const MOST_BUCKETS = 800;

export interface Bucket {
  /** First and last index. */
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  /** The value at `to`. */
  readonly last: number;
  /** Whether the low came first. */
  readonly isLowFirst: boolean;
}

/** As many buckets as values when those are few. NaN is left out; a bucket of nothing else is not there. */
export function buckets(values: ArrayLike<number>, most = MOST_BUCKETS): Bucket[] {
  const count = Math.min(most, values.length);
  const made: Bucket[] = [];
  for (let nth = 0; nth < count; nth++) {
    const from = Math.floor((nth * values.length) / count);
    const to = Math.floor(((nth + 1) * values.length) / count) - 1;
    const bucket = bucketOf(values, from, to);
    if (bucket !== undefined) made.push(bucket);
  }
  return made;
}

function bucketOf(values: ArrayLike<number>, from: number, to: number): Bucket | undefined {
  let [low, high] = [-1, -1];
  let last = Number.NaN;
  for (let nth = from; nth <= to; nth++) {
    const value = values[nth] as number;
    if (Number.isNaN(value)) continue;
    if (low < 0 || value < (values[low] as number)) low = nth;
    if (high < 0 || value > (values[high] as number)) high = nth;
    last = value;
  }
  if (low < 0) return undefined;
  return { from, to, low: values[low] as number, high: values[high] as number, last, isLowFirst: low <= high };
}
