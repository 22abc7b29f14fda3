/** What a look at a series can find wrong. */

export type FindingKind =
  /** A stretch without bars while the market was open. */
  | 'gap'
  /** A bar while the market was closed. */
  | 'closedMarket'
  /** Stamps that do not rise. */
  | 'disorder'
  /** A candle that can not be: high below low, a price of nothing. */
  | 'impossible'
  /** A price that left its neighbours and came back. */
  | 'priceSpike'
  /** A volume beyond all others. */
  | 'volumeSpike'
  /** A jump between two days as a split makes it. */
  | 'splitSuspected'
  /** A split that is known, and does not show in raw bars. */
  | 'splitMissing'
  /** Many bars in a row without volume. */
  | 'zeroVolume';

export interface Finding {
  readonly kind: FindingKind;
  readonly from: number;
  /** The same as `from` for a single bar. */
  readonly to: number;
  /** What was seen, in numbers. */
  readonly detail: string;
}
