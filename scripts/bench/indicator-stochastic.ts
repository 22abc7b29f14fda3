/** The stochastic written by hand, for 14 bars smoothed by 3 and 3: the longest of the references. */
import type { Candle } from '#server/indicators/usable.ts';

/** Fields begin with fractions, so that V8 keeps them as doubles. */
const HALF = 0.5;

/** Looks through the window only when its extreme has left. */
export class Stochastic {
  readonly #highs = new Float64Array(14);
  readonly #lows = new Float64Array(14);
  #at = 0;
  #top = 0;
  #bottom = 0;
  #highest = Number.NEGATIVE_INFINITY;
  #lowest = Number.POSITIVE_INFINITY;
  #raw1 = HALF;
  #raw2 = HALF;
  #k1 = HALF;
  #k2 = HALF;
  k = HALF;
  d = HALF;
  next({ high, low, close }: Candle): number {
    const at = this.#at;
    this.#highs[at] = high;
    this.#lows[at] = low;
    this.#at = at === 13 ? 0 : at + 1;
    if (high >= this.#highest) {
      this.#highest = high;
      this.#top = at;
    } else if (at === this.#top) this.#findTop();
    if (low <= this.#lowest) {
      this.#lowest = low;
      this.#bottom = at;
    } else if (at === this.#bottom) this.#findBottom();
    const raw = (100 * (close - this.#lowest)) / (this.#highest - this.#lowest || 1);
    this.k = (raw + this.#raw1 + this.#raw2) * (1 / 3);
    this.d = (this.k + this.#k1 + this.#k2) * (1 / 3);
    this.#raw2 = this.#raw1;
    this.#raw1 = raw;
    this.#k2 = this.#k1;
    this.#k1 = this.k;
    return this.k;
  }
  #findTop(): void {
    this.#highest = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < 14; at++) {
      if ((this.#highs[at] as number) < this.#highest) continue;
      this.#highest = this.#highs[at] as number;
      this.#top = at;
    }
  }
  #findBottom(): void {
    this.#lowest = Number.POSITIVE_INFINITY;
    for (let at = 0; at < 14; at++) {
      if ((this.#lows[at] as number) > this.#lowest) continue;
      this.#lowest = this.#lows[at] as number;
      this.#bottom = at;
    }
  }
}
