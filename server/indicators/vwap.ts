/**
 * Volume-weighted average price since the session began: Σ typical price × volume / Σ volume, typical price = (high + low +
 * close) / 3, in the unit of the prices. It begins anew with each day of New York (its extended hours belong to the day) or
 * of UTC. While nothing was traded in the session it is the typical price. No warm-up; an unusable bar is answered with NaN
 * and otherwise ignored.
 */
import { type DayZone, dayOf } from './session-day.ts';
import { type Candle, isUsableTrade } from './usable.ts';

export interface VwapState {
  readonly beginsAt: number | null;
  readonly endsAt: number | null;
  readonly bars: number;
  readonly money: number;
  readonly volume: number;
}

export class SessionVwap {
  readonly #zone: DayZone;
  #beginsAt = Number.POSITIVE_INFINITY;
  #endsAt = Number.NEGATIVE_INFINITY;
  #bars = 0;
  /** Of all three prices: a third of it is what changed hands. */
  #money = 0;
  #volume = 0;

  constructor(zone: DayZone) {
    this.#zone = zone;
  }

  next(bar: Candle): number {
    const { high, low, close, volume, startsAt } = bar;
    if (!isUsableTrade(bar)) return Number.NaN;
    if (!(startsAt >= this.#beginsAt && startsAt < this.#endsAt)) this.#begin(startsAt);
    this.#bars++;
    const prices = high + low + close;
    const money = this.#money + prices * volume;
    const traded = this.#volume + volume;
    this.#money = money;
    this.#volume = traded;
    return traded > 0 ? money / (3 * traded) : prices / 3;
  }

  /** 1 at the first bar of a session. */
  get barsInSession(): number {
    return this.#bars;
  }

  #begin(at: number): void {
    const { beginsAt, endsAt } = dayOf(at, this.#zone);
    this.#beginsAt = beginsAt;
    this.#endsAt = endsAt;
    this.#bars = 0;
    this.#money = 0;
    this.#volume = 0;
  }

  save(): VwapState {
    const isBegun = Number.isFinite(this.#endsAt);
    const [beginsAt, endsAt] = isBegun ? [this.#beginsAt, this.#endsAt] : [null, null];
    return { beginsAt, endsAt, bars: this.#bars, money: this.#money, volume: this.#volume };
  }

  load(state: VwapState): void {
    this.#beginsAt = state.beginsAt ?? Number.POSITIVE_INFINITY;
    this.#endsAt = state.endsAt ?? Number.NEGATIVE_INFINITY;
    this.#bars = state.bars;
    this.#money = state.money;
    this.#volume = state.volume;
  }
}
