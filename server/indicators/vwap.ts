/**
 * Volume-weighted average price since the session began: Σ typical price × volume / Σ volume, typical price = (high + low +
 * close) / 3, in the unit of the prices. It begins anew with each day of New York (its extended hours belong to the day) or
 * of UTC. While nothing was traded in the session it is the typical price. No warm-up; an unusable bar is answered with NaN
 * and otherwise ignored.
 */
import { RunningSum, type RunningSumState } from './running-sum.ts';
import { type DayZone, dayOf } from './session-day.ts';
import { type Candle, isUsableRange } from './usable.ts';

export interface VwapState {
  readonly beginsAt: number | null;
  readonly endsAt: number | null;
  readonly bars: number;
  readonly money: RunningSumState;
  readonly volume: RunningSumState;
}

export class SessionVwap {
  readonly #zone: DayZone;
  #beginsAt = Number.POSITIVE_INFINITY;
  #endsAt = Number.NEGATIVE_INFINITY;
  #bars = 0;
  readonly #money = new RunningSum();
  readonly #volume = new RunningSum();

  constructor(zone: DayZone) {
    this.#zone = zone;
  }

  next(bar: Candle): number {
    const { high, low, close, volume, startsAt } = bar;
    if (!(isUsableRange(bar) && volume >= 0 && volume <= 1e15)) return Number.NaN;
    if (!(startsAt >= this.#beginsAt && startsAt < this.#endsAt)) this.#begin(startsAt);
    this.#bars++;
    const typical = (high + low + close) / 3;
    const money = this.#money.add(typical * volume);
    const traded = this.#volume.add(volume);
    return traded > 0 ? money / traded : typical;
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
    this.#money.load([0, 0]);
    this.#volume.load([0, 0]);
  }

  save(): VwapState {
    const isBegun = Number.isFinite(this.#endsAt);
    const [beginsAt, endsAt] = isBegun ? [this.#beginsAt, this.#endsAt] : [null, null];
    return { beginsAt, endsAt, bars: this.#bars, money: this.#money.save(), volume: this.#volume.save() };
  }

  load(state: VwapState): void {
    this.#beginsAt = state.beginsAt ?? Number.POSITIVE_INFINITY;
    this.#endsAt = state.endsAt ?? Number.NEGATIVE_INFINITY;
    this.#bars = state.bars;
    this.#money.load(state.money);
    this.#volume.load(state.volume);
  }
}
