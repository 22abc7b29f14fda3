/**
 * Where everything that happened waits for its turn. Pulled by the loop, so nothing reaches the engine while it is busy.
 * Of quotes only the newest of each symbol is kept, and it waits for a live bar of its symbol: it is stepped just before it. So
 * every quote that a decision can have seen is in the journal, and none that decided nothing: thousands a second would be.
 */

import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import type { Event } from '#server/engine/event.ts';
import type { Clock } from './ports.ts';

export interface Arrival {
  readonly event: Event;
  readonly at: Instant;
}

export class Inbox {
  readonly #clock: Clock;
  readonly #most: number;
  #waiting: Arrival[] = [];
  readonly #quotes = new Map<AssetSymbol, Arrival>();
  #wake: (() => void) | undefined;
  #closed = false;

  /** Takes at most this many arrivals into one turn, so that a flood does not delay the journal. */
  constructor(clock: Clock, mostPerTurn = 512) {
    this.#clock = clock;
    this.#most = mostPerTurn;
  }

  readonly tell = (event: Event): void => {
    if (this.#closed) return;
    const arrival = { event, at: this.#clock.now() };
    if (event.kind === 'quote') {
      this.#quotes.set(event.quote.symbol, arrival);
      return;
    }
    if (event.kind === 'bar' && !event.history) this.#takeQuote(event.bar.symbol);
    this.#waiting.push(arrival);
    this.#wake?.();
  };

  #takeQuote(symbol: AssetSymbol): void {
    const quote = this.#quotes.get(symbol);
    if (quote === undefined) return;
    this.#quotes.delete(symbol);
    this.#waiting.push(quote);
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** What has arrived, at least one; nothing when the inbox was closed and is empty. */
  async next(): Promise<readonly Arrival[] | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    if (this.#waiting.length > this.#most) return this.#waiting.splice(0, this.#most);
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }

  /** Nothing more is taken in; what waits is still given out. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
}
