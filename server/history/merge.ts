/** Two runs of bars made one: the union by instant. Where both have a bar, it must be the same one, or the new one wins by request. */
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import { copyRow, makeRows, viewOf } from './bar-rows.ts';

const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;
/** May be told by one source and not by another. */
const EXTRAS = ['vwap', 'trades'] as const;

/** The same instant with other values. */
export class BarConflict extends Error {
  /** Index among the fresh bars. */
  readonly index: number;
  readonly startsAt: number;
  readonly column: string;
  readonly stored: number;
  readonly fresh: number;
  constructor({ index, startsAt, column, stored, fresh }: Pick<BarConflict, 'index' | 'startsAt' | 'column' | 'stored' | 'fresh'>) {
    super(`bar ${index} at ${startsAt}: ${column} is ${fresh}, stored is ${stored}`);
    this.name = 'BarConflict';
    this.index = index;
    this.startsAt = startsAt;
    this.column = column;
    this.stored = stored;
    this.fresh = fresh;
  }
}

export interface Merged {
  readonly rows: FullBarRows;
  readonly added: number;
  /** There already, with the same values. */
  readonly same: number;
  /** There already, with other values, or without an extra that the fresh bar tells. */
  readonly changed: number;
}

/** Both in order of time. `replace` lets the fresh bar win; without it a BarConflict is thrown. */
export function mergeRows(stored: FullBarRows, fresh: FullBarRows, replace: boolean): Merged {
  const rows = makeRows(stored.length + fresh.length);
  let [left, right, length, added, same, changed] = [0, 0, 0, 0, 0, 0];
  while (left < stored.length || right < fresh.length) {
    const old = left < stored.length ? (stored.startsAt[left] as number) : Number.POSITIVE_INFINITY;
    const young = right < fresh.length ? (fresh.startsAt[right] as number) : Number.POSITIVE_INFINITY;
    if (old < young) copyRow(stored, left++, rows, length);
    else if (young < old) {
      copyRow(fresh, right++, rows, length);
      added += 1;
    } else {
      copyRow(stored, left, rows, length);
      if (settle(stored, left++, fresh, right++, rows, length, replace)) changed += 1;
      else same += 1;
    }
    length += 1;
  }
  return { rows: viewOf(rows, 0, length), added, same, changed };
}

/** Takes over what the fresh bar says otherwise, where that is allowed; true when it did. */
function settle(
  stored: FullBarRows,
  left: number,
  fresh: FullBarRows,
  right: number,
  rows: FullBarRows,
  at: number,
  replace: boolean,
): boolean {
  let isChanged = false;
  const take = (column: (typeof PRICES | typeof EXTRAS)[number]): void => {
    const [old, young] = [stored[column][left] as number, fresh[column][right] as number];
    if (!replace && !Number.isNaN(old)) {
      throw new BarConflict({ index: right, startsAt: fresh.startsAt[right] as number, column, stored: old, fresh: young });
    }
    rows[column][at] = young;
    isChanged = true;
  };
  for (const column of PRICES) if (stored[column][left] !== fresh[column][right]) take(column);
  for (const column of EXTRAS) {
    const young = fresh[column][right] as number;
    if (!Number.isNaN(young) && stored[column][left] !== young) take(column);
  }
  return isChanged;
}
