/** The bounds in force when nothing else is said. */
import type { ApiLimits } from './options.ts';

export const DEFAULT_LIMITS: ApiLimits = {
  callsPerSecond: 1_000,
  failedLoginsPerMinute: 20,
  maxBodyBytes: 1_048_576,
  maxBatchSize: 10,
  maxStreams: 64,
  maxWaitingEntries: 1_000,
  loginDeadlineMs: 3_000,
  engageDeadlineMs: 5_000,
};
