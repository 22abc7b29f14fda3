/** Bars in memory that worker threads share instead of copying: one symbol's columns in one shared buffer. */
import type { BarColumns } from '#server/domain/bar-columns.ts';

const COLUMNS = ['startsAt', 'endsAt', 'open', 'high', 'low', 'close', 'volume'] as const;

export function shared(columns: BarColumns): BarColumns {
  const { length } = columns;
  const bytes = length * Float64Array.BYTES_PER_ELEMENT;
  const memory = new SharedArrayBuffer(bytes * COLUMNS.length);
  const views = COLUMNS.map((name, nth) => {
    const view = new Float64Array(memory, nth * bytes, length);
    view.set(columns[name].subarray(0, length));
    return [name, view] as const;
  });
  return { ...columns, ...(Object.fromEntries(views) as Record<(typeof COLUMNS)[number], Float64Array>) };
}
