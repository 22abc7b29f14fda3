/** What the control plane may touch: the books between two steps, and events that take their turn like any other. */
import type { Books } from '#server/domain/books.ts';
import type { EngagedLevel, KillLatch, KillLevel } from '#server/domain/kill.ts';
import type { KillScope } from '#server/domain/kill-scope.ts';
import type { Entry } from '#server/engine/command.ts';
import type { Locks } from './lock-desk.ts';
import type { ReleaseWish } from './release-ceremony.ts';
import type { ControlReading } from './risk-readings.ts';

export interface StreamHealth {
  readonly name: string;
  readonly state: 'live' | 'lost' | 'off';
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'halted';
  readonly startedAtMs: number;
  /** Wall-clock milliseconds since the loop last finished a turn. */
  readonly loopIdleMs: number;
  readonly journal: 'ok' | 'failing';
  readonly reconciled: boolean;
  readonly streams: readonly StreamHealth[];
}

/** A latch with what must be typed to release it. */
export type NamedLatch = KillLatch & { readonly scope: KillScope; readonly phrase: string };

/** The kill switch as people look at it. */
export interface KillState extends KillLatch {
  /** What must be typed to release the account's latch; nothing while it is not engaged. */
  readonly phrase: string | undefined;
  /** Every engaged latch, the account's first. */
  readonly scopes: readonly NamedLatch[];
  /** What each source says of the account by itself: the level in force is the highest. */
  readonly sources: Readonly<Record<(typeof KILL_SOURCES)[number], KillLevel>>;
}

export const KILL_SOURCES = ['memory', 'journal', 'sentinel', 'guard', 'broker'] as const;

/** What a guard goes by. */
export interface Vitals {
  readonly level: KillLevel;
  /** Wall-clock milliseconds since the loop last woke up. */
  readonly turnAgeMs: number;
  /** Wall-clock milliseconds since a statement of the broker last bore the books out. */
  readonly reconcileAgeMs: number;
}

export interface Desk {
  readonly mode: string;
  readonly version: string;
  /** Look, do not keep: the loop changes them at its next turn. */
  readonly books: Books;
  health(): Health;
  /** How near the books stand to each control. */
  risk(): readonly ControlReading[];
  /** The redacted configuration, as it is in force. */
  config(): unknown;
  /** The latch as it holds now: that of the books, or what was closed in memory and is not in the journal yet. */
  kill(): KillLatch;
  killState(): KillState;
  /**
   * Closes the latch of that scope (the account's by default) in memory at once, then has it journalled. Resolves when it would
   * survive a power cut. When the journal keeps it waiting, what the level withdraws is withdrawn all the same.
   */
  engage(level: EngagedLevel, by: string, reason: string, scope?: KillScope): Promise<KillLatch>;
  /** Refused (an Error with a hint), and journalled as refused, when a proof is missing; resolves with the account's latch. */
  release(wish: ReleaseWish): Promise<KillLatch>;
  readonly locks: Locks;
  /** Every durable entry from now on, in order; returns the way to stop. */
  subscribe(listener: (entry: Entry) => void): () => void;
}
