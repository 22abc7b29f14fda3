/** What the loop needs of the outside world. Who answers is decided in compose.ts and nowhere else. */
import type { KillLevel } from '#server/domain/kill.ts';
import type { KillSubject } from '#server/domain/kill-scope.ts';
import type { Order } from '#server/domain/order.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Command, Entry } from '#server/engine/command.ts';
import type { Event } from '#server/engine/event.ts';

export interface Clock {
  /** Market time: the wall's in paper and live, the exchange's in the demo. Never goes back. */
  now(): Instant;
}

/** Where adapters put what happened. Never throws, never waits. */
export type Tell = (event: Event) => void;

/** An error after which trying again can not help: another program goes on with our journal, or the disk failed beneath it. */
export interface FatalError extends Error {
  readonly fatal: true;
}

export const isFatal = (error: unknown): error is FatalError => error instanceof Error && 'fatal' in error && error.fatal === true;

export interface Journal {
  /** Resolves once the entries would survive a power cut: in order, all or none. */
  append(entries: readonly Entry[]): Promise<void>;
  /**
   * Brings the ledger up to entries that were appended: `changedOrders` are the orders as they stand after the last of them. Nothing
   * that is sent waits for it, since a start does it again for all that may have been cut off; doing it twice changes nothing.
   */
  record(entries: readonly Entry[], changedOrders: readonly Order[]): Promise<void>;
}

/** Read on the last line before the socket write: the level in memory, whatever the journal is doing. */
export interface KillGate {
  /** In force for an order of this kind; without one, for the account. */
  level(subject?: KillSubject): KillLevel;
}

export interface Broker {
  /** Never throws, never waits: the outcome, or not knowing it, comes back through `Tell`. */
  perform(command: Command): void;
  /** Fetches the account's statement, the fills we may have missed, and tells them. */
  reconcile(): void;
  /** Resolves when no request is under way any more, or after the given time. */
  drain(timeoutMs: number): Promise<void>;
}

/** The streams and history that become bar events. */
export interface MarketFeed {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** One daemon per account: a second one is refused while the lease is held. */
export interface Lease {
  /** Rises with every new holder. */
  readonly fence: number;
  release(): Promise<void>;
}

export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
