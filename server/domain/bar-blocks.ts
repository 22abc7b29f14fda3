/** Bars that come one by one, kept in columns of a fixed length until they are taken. */

/** Bars without an end, which only their timeframe tells. */
export interface BarRows {
  readonly length: number;
  readonly startsAt: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** With what only some sources tell of a bar, NaN where they do not. */
export interface FullBarRows extends BarRows {
  /** The average price by volume. */
  readonly vwap: Float64Array;
  /** How many trades made it. */
  readonly trades: Float64Array;
}

const BLOCK = 65_536;
const COLUMNS = ['startsAt', 'open', 'high', 'low', 'close', 'volume'] as const;
const EXTRAS = ['vwap', 'trades'] as const;
type Column = (typeof COLUMNS | typeof EXTRAS)[number];
type Block = Record<Column, Float64Array>;
const EMPTY = new Float64Array(0);

function newBlock(keepsExtras: boolean): Block {
  const column = (): Float64Array => new Float64Array(BLOCK);
  const prices = { startsAt: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  return { ...prices, vwap: keepsExtras ? column() : EMPTY, trades: keepsExtras ? column() : EMPTY };
}

export class BarBlocks {
  readonly #keepsExtras: boolean;
  #full: Block[] = [];
  #block: Block;
  #used = 0;

  /** Without the extras they cost no memory. */
  constructor(keepsExtras: boolean) {
    this.#keepsExtras = keepsExtras;
    this.#block = newBlock(keepsExtras);
  }

  /** Bars that are ready to be taken. */
  get length(): number {
    return this.#full.length * BLOCK + this.#used;
  }

  add(startsAt: number, open: number, high: number, low: number, close: number, volume: number, vwap: number, trades: number): void {
    const [block, at] = [this.#block, this.#used];
    block.startsAt[at] = startsAt;
    block.open[at] = open;
    block.high[at] = high;
    block.low[at] = low;
    block.close[at] = close;
    block.volume[at] = volume;
    if (this.#keepsExtras) {
      block.vwap[at] = vwap;
      block.trades[at] = trades;
    }
    this.#used++;
    if (this.#used < BLOCK) return;
    this.#full.push(block);
    this.#block = newBlock(this.#keepsExtras);
    this.#used = 0;
  }

  /** The bars since the last taking. */
  take(): BarRows {
    return this.#joined(COLUMNS) as unknown as BarRows;
  }

  /** With the extras, when they were kept. */
  takeFull(): FullBarRows {
    return this.#joined([...COLUMNS, ...EXTRAS]) as unknown as FullBarRows;
  }

  #joined(columns: readonly Column[]): Record<string, number | Float64Array> {
    const full = this.#full.length;
    const blocks = [...this.#full, this.#block];
    const { length } = this;
    const joined = columns.map((column) => {
      const whole = new Float64Array(length);
      for (const [nth, block] of blocks.entries()) {
        whole.set(nth < full ? block[column] : block[column].subarray(0, this.#used), nth * BLOCK);
        // Column by column, so that the bars are not there twice.
        if (nth < full) block[column] = EMPTY;
      }
      return [column, whole] as const;
    });
    this.#full = [];
    this.#used = 0;
    return { length, ...Object.fromEntries(joined) };
  }
}
