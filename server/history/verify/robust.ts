/** Statistics that a few wild values do not move. */

/** The value that half of them do not exceed; 0 of none. Sorts in place. */
export function medianOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  values.sort();
  return values[values.length >> 1] as number;
}

/** The usual size of a change from one close to the next, as a logarithm: the median of those that are not zero. */
export function usualChange(close: Float64Array, length: number): number {
  const changes = new Float64Array(Math.max(0, length - 1));
  let count = 0;
  for (let i = 1; i < length; i++) {
    const change = Math.abs(Math.log((close[i] as number) / (close[i - 1] as number)));
    if (change > 0) changes[count++] = change;
  }
  return medianOf(changes.slice(0, count));
}
