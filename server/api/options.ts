/** What the control plane is given, and what it gives back. */
import type { Desk } from '#server/runtime/desk.ts';
import type { DrillReport } from '#server/runtime/drill.ts';
import type { Log } from '#server/runtime/ports.ts';
import type { Records } from '#server/runtime/records.ts';
import type { Tokens } from './token.ts';

/** Bounds of what callers may ask of us; every one has a default, see `limits.ts`. */
export interface ApiLimits {
  /** Per address; engaging the kill switch does not count. */
  readonly callsPerSecond: number;
  /** Wrong or missing tokens per address before the answer is "too many". A right token is always served. */
  readonly failedLoginsPerMinute: number;
  readonly maxBodyBytes: number;
  readonly maxBatchSize: number;
  readonly maxStreams: number;
  /** Journal entries that wait for one slow reader; beyond that it is served from the records. */
  readonly maxWaitingEntries: number;
  /** How long a WebSocket may stay without a token. */
  readonly loginDeadlineMs: number;
  /** How long `killSwitch.engage` waits for the journal before it answers that the latch is closed in memory only. */
  readonly engageDeadlineMs: number;
}

export interface ApiOptions {
  readonly desk: Desk;
  readonly records: Records;
  /** Rehearses the kill switch, beside and not in this daemon. */
  readonly drill: () => Promise<DrillReport>;
  readonly tokens: Tokens;
  /** Where to listen; 127.0.0.1 unless told otherwise. */
  readonly host?: string | undefined;
  /** 0: any free port. */
  readonly port: number;
  /** Names beside the loopback's that the Host header may carry: "name" or "name:port". */
  readonly allowedHosts: readonly string[];
  /** Origins of pages that may call, as browsers send them: "https://name:port". Calls without an Origin are no pages. */
  readonly allowedOrigins: readonly string[];
  readonly log: Log;
  /** Take a free port when the wanted one is taken, and say so. */
  readonly portFallback: boolean;
  readonly limits?: Partial<ApiLimits> | undefined;
}

export interface Api {
  readonly url: string;
  readonly port: number;
  /** Lets calls under way finish for a moment, cuts streams so that their readers resume elsewhere, frees the port. */
  close(): Promise<void>;
}
