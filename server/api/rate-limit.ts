/** Counts per address in windows of fixed length; memory is bounded because a new window forgets the old one. */

/** Addresses that are counted at once; beyond them a window ends early, so a flood of addresses can not fill the memory. */
const MAX_ADDRESSES = 10_000;

export class RateLimit {
  readonly #perWindow: number;
  readonly #windowMs: number;
  readonly #nowMs: () => number;
  #endsAtMs = 0;
  #counts = new Map<string, number>();

  /** `nowMs` only has to rise: any monotonic clock. */
  constructor(perWindow: number, windowMs: number, nowMs: () => number) {
    this.#perWindow = perWindow;
    this.#windowMs = windowMs;
    this.#nowMs = nowMs;
  }

  /** Counts one; false when this address has had its share of the window. */
  take(address: string): boolean {
    const now = this.#nowMs();
    if (now >= this.#endsAtMs || this.#counts.size >= MAX_ADDRESSES) {
      this.#counts = new Map();
      this.#endsAtMs = now + this.#windowMs;
    }
    const count = (this.#counts.get(address) ?? 0) + 1;
    this.#counts.set(address, count);
    return count <= this.#perWindow;
  }
}
