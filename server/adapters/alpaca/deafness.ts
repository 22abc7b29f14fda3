/**
 * A stream can answer every ping and still keep executions back. What asking found first is waited for a while; a stream that
 * was live when it happened and does not tell of it is given up, for the sake of all that it may have kept back besides.
 */
import type { BrokerOrderId } from '#server/domain/ids.ts';
import type { Quantity } from '#server/domain/money.ts';
import type { Instant } from '#server/domain/time.ts';

/** An execution that came by asking, and had not come by the stream. */
export interface MissedExecution {
  readonly brokerId: BrokerOrderId;
  /** How much of the order was filled after it; nothing when the broker did not say, and nothing is proved. */
  readonly filledAfter: Quantity | undefined;
  readonly at: Instant;
}

export interface DeafnessOptions {
  readonly onDeaf: (reason: string) => void;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

export interface Deafness {
  /** The stream is live from this instant on: it has been listening, so it must have told. */
  live(since: Instant): void;
  heard(brokerId: BrokerOrderId, filledAfter: Quantity): void;
  missed(execution: MissedExecution): void;
}

/** The stream may be slower than an answer. */
export const DEAF_AFTER_MS = 5_000;
const KEPT_ORDERS = 2_000;

export function watchDeafness({ onDeaf, pause }: DeafnessOptions): Deafness {
  const told = new Map<BrokerOrderId, Quantity>();
  let liveSince: Instant | undefined;
  let awaited: (MissedExecution & { readonly filledAfter: Quantity })[] = [];

  const judge = (): void => {
    const deaf = awaited.find(({ brokerId, filledAfter }) => (told.get(brokerId) ?? 0n) < filledAfter);
    awaited = [];
    if (deaf === undefined) return;
    onDeaf(`it did not tell of an execution of order ${deaf.brokerId} at ${new Date(deaf.at).toISOString()}`);
  };
  return {
    live: (since) => {
      liveSince = since;
      awaited = [];
    },
    heard: (brokerId, filledAfter) => {
      if ((told.get(brokerId) ?? 0n) >= filledAfter) return;
      told.delete(brokerId);
      told.set(brokerId, filledAfter);
      if (told.size <= KEPT_ORDERS) return;
      const [oldest] = told.keys();
      if (oldest !== undefined) told.delete(oldest);
    },
    missed: ({ brokerId, filledAfter, at }) => {
      if (liveSince === undefined || at <= liveSince || filledAfter === undefined) return;
      awaited.push({ brokerId, filledAfter, at });
      if (awaited.length === 1) void pause(DEAF_AFTER_MS).then(judge);
    },
  };
}
