/** The best bid and ask of a moment. */
import type { AssetSymbol } from './ids.ts';
import type { Instant } from './time.ts';

export interface Quote {
  readonly symbol: AssetSymbol;
  /** By the exchange's clock. */
  readonly at: Instant;
  /** Zero where nobody bids, or asks. */
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}
