/**
 * Fetches the statement and the executions that we may have missed, and tells the executions first. One at a time, again
 * when it was asked for meanwhile, and until the broker answers: the daemon waits for its first statement.
 */
import { HOUR_MS, type Instant, MINUTE_MS } from '#server/domain/time.ts';
import type { MissedExecution } from './deafness.ts';
import { fetchActivities, fillsOf, newestExecutionAt, type UnknownOrders } from './missed-fills.ts';
import type { FillActivity } from './order-schema.ts';
import type { Parts } from './parts.ts';
import { BusyError, fetchStatement } from './statement.ts';
import type { UnderWay } from './under-way.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Asked for again and again, it runs ever less often: a difference that stays must not spend all requests. */
const FIRST_REST_MS = 250;
const LONGEST_REST_MS = 10_000;
/** And it looks ever farther back, since what is missed may have appeared late, among what was read before. */
const FIRST_OVERLAP_MS = MINUTE_MS;
const LONGEST_OVERLAP_MS = HOUR_MS;

export interface Reconciler {
  request(): void;
  stop(): void;
}

export interface ReconcilerOptions {
  readonly fillsSince: Instant | undefined;
  /** Told of each execution that came by asking first. */
  readonly onMissed: (execution: MissedExecution) => void;
}

export function createReconciler(parts: Parts, underWay: UnderWay, { fillsSince, onMissed }: ReconcilerOptions): Reconciler {
  const stopped = Promise.withResolvers<void>();
  const unknown: UnknownOrders = new Map();
  let since = fillsSince;
  let isRunning = false;
  let runs = 0;
  let isWanted = false;
  let isStopped = false;

  const reconcile = async (overlapMs: number): Promise<void> => {
    // The first statement of a run is where the books begin: what was executed before is in it.
    const begun = since === undefined ? await newestExecutionAt(parts) : undefined;
    const statement = await fetchStatement(parts);
    // Fetched last, so that all that the statement counts is among them.
    const activities = await fetchActivities(parts, since ?? begun ?? statement.asOf, overlapMs);
    if (begun !== undefined) skipOpening(parts, activities, begun);
    const news = activities.filter(({ executionId }) => !parts.fills.knows(executionId));
    for (const { fill, filledAfter } of await fillsOf(parts, news, unknown)) parts.fills.tell(fill, { by: 'asking', filledAfter });
    news.forEach(onMissed);
    parts.tell({ kind: 'statement', statement: begun === undefined ? statement : { ...statement, executedUntil: begun } });
    since = activities.reduce<Instant>((latest, { at }) => (at > latest ? at : latest), since ?? begun ?? statement.asOf);
  };

  const run = async (): Promise<void> => {
    let [failed, restMs, overlapMs] = [0, FIRST_REST_MS, FIRST_OVERLAP_MS];
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        await reconcile(overlapMs);
        failed = 0;
        overlapMs = Math.min(overlapMs * 2, LONGEST_OVERLAP_MS);
        await Promise.race([parts.pause(restMs), stopped.promise]);
        restMs = Math.min(restMs * 2, LONGEST_REST_MS);
      } catch (error) {
        isWanted = true;
        const waitMs = Math.min(FIRST_PAUSE_MS * 2 ** failed++, LONGEST_PAUSE_MS);
        const facts = { reason: error instanceof Error ? error.message : String(error), waitMs };
        parts.log[error instanceof BusyError ? 'info' : 'warn'](facts, 'the account could not be reconciled');
        await Promise.race([parts.pause(waitMs), stopped.promise]);
      }
    }
    isRunning = false;
  };
  return {
    request: () => {
      isWanted = true;
      if (isRunning || isStopped) return;
      isRunning = true;
      // Under a name of its own: this run must not be taken for one that is just ending.
      void underWay.once(`reconcile ${++runs}`, run);
    },
    stop: () => {
      isStopped = true;
      stopped.resolve();
    },
  };
}

/** Whether what was executed meanwhile is in the statement, or not, nobody can say: our clock is not the broker's. */
function skipOpening(parts: Parts, activities: readonly FillActivity[], begun: Instant): void {
  if (activities.some(({ at }) => at > begun)) throw new BusyError('statement', 'something was executed while the books began');
  for (const { executionId } of activities) parts.fills.skip(executionId);
}
