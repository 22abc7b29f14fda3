/** The bars of one symbol on their way through a backtest: chunk after chunk, and where in them we are. */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instrument } from '#server/domain/instrument.ts';
import { type Quantity, ZERO_QUANTITY } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { DayHours } from './hours.ts';

const NOTHING = new Float64Array(0);
const noBars = (symbol: AssetSymbol): BarColumns => ({
  symbol,
  timeframe: MINUTE,
  length: 0,
  startsAt: NOTHING,
  endsAt: NOTHING,
  open: NOTHING,
  high: NOTHING,
  low: NOTHING,
  close: NOTHING,
  volume: NOTHING,
});

export class Lane {
  readonly slot: number;
  readonly symbol: AssetSymbol;
  readonly instrument: Instrument;
  readonly hours: DayHours;
  /** The chunk under way. The hot loops read it by `index`; the getters below are for everybody else. */
  columns: BarColumns;
  /** The bar in the chunk that is next to close. */
  index = 0;
  length = 0;
  /** No chunk follows. */
  ended = false;
  /** Bars of the chunks that are done. */
  #before = 0;
  /** Its bar is among those that close at this instant. */
  closes = false;
  /** Close of the newest closed bar; NaN before the first. */
  lastClose = Number.NaN;
  /** When the bar began whose open was looked at last. */
  openedAt = Number.NaN;
  /** Part of the current bar's volume that is ours, and which bar that is. */
  taken: Quantity = ZERO_QUANTITY;
  takenAt = Number.NaN;

  constructor(slot: number, instrument: Instrument) {
    this.slot = slot;
    this.symbol = instrument.symbol;
    this.instrument = instrument;
    this.hours = new DayHours(instrument.assetClass);
    this.columns = noBars(instrument.symbol);
  }

  offer(columns: BarColumns): void {
    if (this.index < this.length) throw new RangeError(`${this.symbol}: the chunk before is not done`);
    const before = this.columns;
    const first = columns.startsAt[0];
    if (before.length > 0 && first !== undefined && first <= (before.startsAt[before.length - 1] as number)) {
      throw new RangeError(`${this.symbol}: a chunk begins before the one before it has ended`);
    }
    this.#before += this.length;
    this.columns = columns;
    this.index = 0;
    this.length = columns.length;
  }

  /** Bars that have closed: the number of the bar under way. */
  get bars(): number {
    return this.#before + this.index;
  }

  /** End of the last bar of the chunk; before all when there was none. */
  get lastEnd(): number {
    return this.columns.endsAt[this.length - 1] ?? Number.NEGATIVE_INFINITY;
  }

  get startsAt(): Instant {
    return this.columns.startsAt[this.index] as Instant;
  }
  get endsAt(): Instant {
    return this.columns.endsAt[this.index] as Instant;
  }
  get open(): number {
    return this.columns.open[this.index] as number;
  }
  get high(): number {
    return this.columns.high[this.index] as number;
  }
  get low(): number {
    return this.columns.low[this.index] as number;
  }
  get close(): number {
    return this.columns.close[this.index] as number;
  }
  get volume(): number {
    return this.columns.volume[this.index] as number;
  }
}
