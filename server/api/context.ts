/** What a procedure is given with each call. */
import type { Desk } from '#server/runtime/desk.ts';
import type { DrillReport } from '#server/runtime/drill.ts';
import type { Log } from '#server/runtime/ports.ts';
import type { Records } from '#server/runtime/records.ts';
import type { ApiLimits } from './options.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Role } from './role.ts';

/** The same for all calls, as long as the server lives. */
export interface House {
  readonly desk: Desk;
  readonly records: Records;
  /** Rehearses the kill switch: one rehearsal at a time, whoever asks for it. */
  readonly drill: () => Promise<DrillReport>;
  readonly log: Log;
  readonly limits: ApiLimits;
  readonly calls: RateLimit;
  readonly failedLogins: RateLimit;
  readonly streams: { open: number };
}

/** Who calls, over which connection. */
export interface Caller {
  readonly address: string;
  readonly requestId: string;
  readonly hasToken: boolean;
  /** Whose token it has; nobody's when it has none, or a wrong one. */
  readonly role: Role | undefined;
  /** Has tried too often without a right token. */
  readonly isTooMany: boolean;
  /** Resolves when the connection takes more, or is gone. */
  writable(signal: AbortSignal): Promise<void>;
}

export interface Context extends House, Caller {}
