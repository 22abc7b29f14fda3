/** The exchange as its users see it: requests in, replies out, time pushed forward by hand, events drained. */
import type { Instant } from '../domain/time.ts';
import type { OutgoingEvent } from './events.ts';
import type { Checkpoint } from './history-part.ts';
import type { ExchangeRequest, Reply } from './requests.ts';
import type { TradeUpdateLog } from './trade-update-log.ts';

export interface Exchange {
  /** Where a fresh market begins: five minutes before the first session. */
  readonly startsAt: Instant;
  now(): Instant;
  /** Plays the tape up to `at`, then answers. An `at` in the past is taken as now. */
  handle(request: ExchangeRequest, at: Instant): Reply;
  /** Plays the tape up to and including `to`; the same whether in one step or in many. */
  advance(to: Instant): void;
  /** When the market next does something by itself, or nothing at the end of a tape that does not loop. */
  nextEventAt(): Instant | undefined;
  /** Everything said since the last call. */
  drain(): OutgoingEvent[];
  /** The whole state as JSON text; what is not yet drained is not part of it. */
  snapshot(): string;
  /** Goes back to a snapshot of an exchange with the same tape and settings. */
  restore(snapshot: string): void;
  /** The same for a small part of the cost: what is finished for good is handed out as it is. */
  checkpoint(): Checkpoint;
  resume(checkpoint: Checkpoint): void;
  /** An empty log that can hold what this exchange says of its orders. */
  tradeUpdateLog(keep: number): TradeUpdateLog;
}
