/** Where everything that happened waits for its turn. Pulled by the loop, so nothing reaches the engine while it is busy. */

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
  #wake: (() => void) | undefined;
  #closed = false;

  /** Takes at most this many arrivals into one turn, so that a flood does not delay the journal. */
  constructor(clock: Clock, mostPerTurn = 512) {
    this.#clock = clock;
    this.#most = mostPerTurn;
  }

  readonly tell = (event: Event): void => {
    if (this.#closed) return;
    this.#waiting.push({ event, at: this.#clock.now() });
    this.#wake?.();
  };

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
