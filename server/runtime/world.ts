/** What compose.ts makes of a configuration: everything outside, ready to be connected to a loop. */

import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Broker, Clock, KillGate, Tell } from './ports.ts';
import type { Archive } from './records.ts';

export interface Connections {
  readonly broker: Broker;
  /** Reference data, then the account's events, then bars. Rejects when the broker does not have what the plan trades. */
  start(): Promise<void>;
  /** Has the broker refuse every new order, or take them again; resolves with whether it confirmed that in time. */
  suspend(isSuspended: boolean): Promise<boolean>;
  /** Nothing can be asked of the broker any more: connections are cut, and the key is forgotten. */
  sever(): void;
  /** No new bars from here on. */
  stopBars(): Promise<void>;
  /** Nothing at all any more. */
  stop(): Promise<void>;
}

export interface ConnectOptions {
  readonly tell: Tell;
  readonly gate: KillGate;
  /** End of the newest bar that the books hold: where the repair of the gap begins. */
  readonly lastBarEnd: (symbol: AssetSymbol) => Instant | undefined;
  /** Executions before this instant are in the books; nothing when the books begin with the first statement. */
  readonly fillsSince: Instant | undefined;
  /** The books are at this instant: the clock goes on from there, also where the machine's was set back meanwhile. */
  readonly resumedAt: Instant;
}

export interface World {
  readonly clock: Clock;
  readonly archive: Archive;
  /** Names of the streams, for the health. */
  readonly feeds: readonly string[];
  connect(options: ConnectOptions): Connections;
  /** Why a start begins at halt until an operator releases it; nothing where it may begin as the journal left it. */
  readonly startsHalted: string | undefined;
  /** Told once, when somebody else may have become the leader. */
  onLeaseLost(told: (reason: string) => void): void;
  close(): Promise<void>;
}
