/** What the parts of the broker work with. */
import type { Clock, KillGate, Log, Tell } from '#server/runtime/ports.ts';
import type { AlpacaClient } from './client.ts';
import type { FillBook } from './fill-book.ts';
import type { OrderIndex } from './order-index.ts';
import type { Reader } from './schema.ts';

export interface Parts {
  readonly client: AlpacaClient;
  readonly tell: Tell;
  readonly gate: KillGate;
  readonly clock: Clock;
  readonly log: Log;
  readonly reader: Reader;
  readonly orders: OrderIndex;
  readonly fills: FillBook;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}
