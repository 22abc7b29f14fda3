/** Everybody on the stage. */
import type { Audit } from './audit.ts';
import type { DaemonSide } from './daemon.ts';
import type { Database } from './database.ts';
import type { ExchangeSide } from './exchange.ts';
import type { LatchWatch } from './latch-watch.ts';
import type { Story } from './story.ts';

export interface World {
  readonly exchange: ExchangeSide;
  readonly daemon: DaemonSide;
  readonly database: Database;
  readonly audit: Audit;
  readonly latch: LatchWatch;
  readonly story: Story;
  readonly tally: Tally;
}

/** What is counted on the way, for the report. */
export interface Tally {
  kills: number;
  /** While starting or recovering. */
  killsInStart: number;
  /** With an order just taken by the exchange. */
  killsWithOrder: number;
  killsWithoutDatabase: number;
  recoveries: number;
  longestRecoveryMs: number;
  refusedStarts: number;
  readonly disasters: Map<string, number>;
  readonly faults: Map<string, number>;
}

export const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
