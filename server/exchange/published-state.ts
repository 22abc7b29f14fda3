/** What the publisher remembers between minutes. */
import type { AssetSymbol } from '../domain/ids.ts';
import type { Instant } from '../domain/time.ts';
import type { RolledBar } from './bar-history.ts';
import { readTimeframe, type Timeframe } from './market/timeframe.ts';

/** Made anew after a restart: all of it can be read off the tape again. */
export interface Published {
  readonly dayOf: { readonly us_equity: Timeframe; readonly crypto: Timeframe };
  readonly dayBars: Map<AssetSymbol, RolledBar>;
  /** The prices in the middle of the bands that were told last. */
  readonly bands: Map<AssetSymbol, number>;
  /** News up to here has been told. */
  newsUpTo: Instant;
}

export const createPublished = (now: Instant): Published => ({
  dayOf: { us_equity: readTimeframe('1Day', 'stocks'), crypto: readTimeframe('1Day', 'crypto') },
  dayBars: new Map(),
  bands: new Map(),
  newsUpTo: now,
});
