/** A fault that is to strike: where, how often, how hard. */
import type { FaultName } from './catalogue.ts';

export interface FaultRule {
  readonly fault: FaultName;
  /** Only requests with this method. */
  readonly method?: string | undefined;
  /** Only this path; a star at its end stands for anything. */
  readonly path?: string | undefined;
  /** Only this stream: "/stream", "/v2/iex". */
  readonly stream?: string | undefined;
  /** Only this event of a trade update ("fill"), or this kind of market-data message ("b"). */
  readonly event?: string | undefined;
  readonly symbol?: string | undefined;
  /** Of each occasion. */
  readonly probability: number;
  /** Strikes so many times and then rests; without it, for ever. */
  readonly next?: number | undefined;
  /** Lets so many occasions pass first. */
  readonly skip: number;
  readonly ms?: number | undefined;
  /** With it, the time is drawn between `ms` and this. */
  readonly toMs?: number | undefined;
  readonly status?: number | undefined;
  /** Whether a 429 says when it ends. */
  readonly withReset?: boolean | undefined;
  /** Dots go into objects: "order.status". */
  readonly field?: string | undefined;
  readonly value?: unknown;
}
