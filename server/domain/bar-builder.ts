/** Columns out of rows that come in chunks: with their ends, and longer ones where they are wanted. */

import type { BarRows } from './bar-blocks.ts';
import type { BarColumns } from './bar-columns.ts';
import { endsOf } from './bar-spacing.ts';
import { midnightOf } from './bucket.ts';
import type { AssetSymbol } from './ids.ts';
import { assetClassOf } from './instrument.ts';
import { bucketStart, longerBars } from './longer-bars.ts';
import type { Timeframe } from './timeframe.ts';

const FIELDS = ['startsAt', 'open', 'high', 'low', 'close', 'volume'] as const;

export class BarBuilder {
  readonly #symbol: AssetSymbol;
  readonly #timeframe: Timeframe;
  /** Where the bar that holds an instant begins; nothing when rows are bars. */
  readonly #startOf: ((at: number) => number) | undefined;
  /** Rows whose bar may go on in the next chunk, or whose end is not known before the next one begins. */
  #held: BarRows | undefined;

  constructor(symbol: AssetSymbol, spacing: Timeframe, wanted: Timeframe) {
    this.#symbol = symbol;
    this.#timeframe = wanted;
    this.#startOf = wanted.ms > spacing.ms ? bucketStart(midnightOf(assetClassOf(symbol)), wanted) : undefined;
  }

  /** The bars that are complete now; perhaps none. */
  push(rows: BarRows): BarColumns {
    const joined = this.#held === undefined ? rows : join(this.#held, rows);
    const last = this.#beginOf(joined, joined.length - 1);
    let to = joined.length - 1;
    if (this.#startOf !== undefined) while (to > 0 && this.#beginOf(joined, to - 1) === last) to--;
    this.#held = cut(joined, to, joined.length);
    return this.#columns(cut(joined, 0, to), last);
  }

  /** The last one. */
  end(): BarColumns | undefined {
    const held = this.#held;
    this.#held = undefined;
    return held === undefined ? undefined : this.#columns(held, Number.POSITIVE_INFINITY);
  }

  #beginOf({ startsAt }: BarRows, nth: number): number {
    const at = startsAt[nth] as number;
    return this.#startOf?.(at) ?? at;
  }

  #columns(rows: BarRows, next: number): BarColumns {
    const bars = this.#startOf === undefined ? rows : longerBars(rows, this.#startOf);
    const endsAt = endsOf(bars.startsAt, this.#timeframe, next);
    return { symbol: this.#symbol, timeframe: this.#timeframe, ...bars, endsAt };
  }
}

function join(a: BarRows, b: BarRows): BarRows {
  const length = a.length + b.length;
  const columns = FIELDS.map((field) => {
    const whole = new Float64Array(length);
    whole.set(a[field]);
    whole.set(b[field], a.length);
    return [field, whole] as const;
  });
  return { length, ...(Object.fromEntries(columns) as Omit<BarRows, 'length'>) };
}

/** A view, nothing is copied. */
function cut(rows: BarRows, from: number, to: number): BarRows {
  const columns = FIELDS.map((field) => [field, rows[field].subarray(from, to)] as const);
  return { length: to - from, ...(Object.fromEntries(columns) as Omit<BarRows, 'length'>) };
}
