/** What compose.ts makes of a configuration: everything outside, ready to be connected to a loop. */
import type { Event } from '#server/engine/event.ts';
import type { Broker, Clock, KillGate, Lease, MarketFeed, Tell } from './ports.ts';
import type { Archive } from './records.ts';

export interface Connections {
  readonly broker: Broker;
  readonly tradeUpdates: MarketFeed;
  readonly marketFeed: MarketFeed;
}

export interface ConnectOptions {
  readonly tell: Tell;
  readonly gate: KillGate;
  /** End of the newest bar that the books know, by symbol: where the repair of the gap begins. */
  readonly knownBarsUntil: ReadonlyMap<string, number>;
  /** Fills before this instant are in the books. */
  readonly fillsSince: number | undefined;
}

export interface World {
  readonly clock: Clock;
  readonly archive: Archive;
  readonly leases: readonly Lease[];
  /** Instruments and calendar, as events; fails with a clear message when the broker does not have what the plan trades. */
  reference(): Promise<readonly Event[]>;
  connect(options: ConnectOptions): Connections;
  /** Called when a lease was lost; set once. */
  onLeaseLost(told: (reason: string) => void): void;
  close(): Promise<void>;
}
