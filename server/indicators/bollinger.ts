/**
 * Bollinger bands: middle = simple moving average of `period` values, upper and lower = middle ± `deviations` population
 * standard deviations of the same values (Bollinger, "Bollinger on Bollinger Bands", 2001; TA-Lib BBANDS). In the unit of
 * the input. NaN before `period` values were seen; an unusable value is answered with NaN and otherwise ignored.
 *
 * Mean and squares are exact sums of small integers (frame.ts), so there is no drift, and a flat series has bands of no
 * width. Values that leave the frame have the window counted anew in another; where none will do (adjusted prices with
 * all their digits, a window that spans hundreds of thousands of steps), FarSpread counts, until one does.
 */
import { FarSpread, type FarSpreadState } from './far-spread.ts';
import { FIRST_FRAME, type Frame, frameOf, reachOf, stepOf } from './frame.ts';
import { NANOS_IN_UNIT, nanosOf } from './nanos.ts';
import { inOrder, ringOf } from './ring.ts';
import { isUsable } from './usable.ts';

export interface Bands {
  readonly middle: number;
  readonly upper: number;
  readonly lower: number;
  /** From the middle to a band. */
  readonly width: number;
}

export interface BollingerState {
  /** In billionths, oldest first. */
  readonly nanos: readonly number[];
  readonly frame: Frame | null;
  readonly far: FarSpreadState;
}

/** Added and taken away again it rounds to an integer. Not imported: V8 reads an import anew at each value. */
const ROUNDER = 1.5 * 2 ** 52;

export class Bollinger implements Bands {
  middle = Number.NaN;
  width = Number.NaN;

  readonly #period: number = 0;
  readonly #deviations: number = Number.NaN;
  /** In steps of the frame from zero; in billionths without one. */
  readonly #ring: number[];
  readonly #far: FarSpread;
  #frame: Frame | undefined;
  #next = 0;
  #isFull = false;
  #stepsInUnit = Number.NaN;
  #tolerance = Number.NaN;
  #anchor = Number.NaN;
  /** NaN without a frame: then nothing is within it. */
  #reach = Number.NaN;
  /** The anchor's part of the sum of all values. */
  #base = Number.NaN;
  /** Of the distances to the anchor. */
  #sum = Number.NaN;
  #squares = Number.NaN;
  /** Make middle and width of the sums; NaN while the window fills. */
  #divisor = Number.NaN;
  #factor = Number.NaN;

  constructor(period: number, deviations: number) {
    this.#period = period;
    this.#deviations = deviations;
    this.#ring = ringOf(period, 0);
    this.#far = new FarSpread(period);
    this.#begin(FIRST_FRAME);
  }

  get upper(): number {
    return this.middle + this.width;
  }

  get lower(): number {
    return this.middle - this.width;
  }

  /** Answers itself: read it before the next value. */
  next(value: number): Bands {
    const exact = value * this.#stepsInUnit;
    const steps = exact + ROUNDER - ROUNDER;
    const distance = steps - this.#anchor;
    if (Math.abs(exact - steps) <= this.#tolerance && Math.abs(distance) <= this.#reach) this.#exchange(steps, distance);
    else this.#takeElsewhere(value);
    return this;
  }

  #exchange(steps: number, come: number): void {
    const gone = this.#replace(steps) - this.#anchor;
    const change = come - gone;
    const sum = this.#sum + change;
    const squares = this.#squares + change * (come + gone);
    this.#sum = sum;
    this.#squares = squares;
    this.middle = (sum + this.#base) / this.#divisor;
    this.width = this.#factor * Math.sqrt(this.#period * squares - sum * sum);
  }

  /** Answers what left; while the window fills, what it was filled with. */
  #replace(value: number): number {
    const place = this.#next;
    const left = this.#ring[place] as number;
    this.#ring[place] = value;
    this.#next = place + 1;
    if (place + 1 === this.#period) this.#endRound();
    return left;
  }

  #endRound(): void {
    this.#next = 0;
    this.#isFull = true;
    this.#divisor = this.#period * this.#stepsInUnit;
    this.#factor = this.#deviations / this.#divisor;
  }

  #takeElsewhere(value: number): void {
    if (!isUsable(value)) this.middle = this.width = Number.NaN;
    else if (this.#frame === undefined) this.#exchangeFar(nanosOf(value));
    else this.#takeOff(this.#frame, nanosOf(value));
  }

  /** A value that is only seemingly off the frame, by the last bit of its double; else the window, with it, in another one. */
  #takeOff(frame: Frame, nanos: number): void {
    const steps = nanos / stepOf(frame);
    const distance = steps - this.#anchor;
    if (Math.abs(distance) <= this.#reach && Number.isInteger(steps)) {
      this.#exchange(steps, distance);
      return;
    }
    const window = this.#nanos();
    if (this.#isFull) window.shift();
    this.#recount([...window, nanos]);
  }

  #exchangeFar(nanos: number): void {
    const wasFull = this.#isFull;
    const left = this.#replace(nanos);
    if (wasFull) this.#far.leave(left);
    this.#far.enter(nanos);
    if (this.#far.isDue) this.#recount(this.#nanos());
    else this.#answerFar();
  }

  #answerFar(): void {
    this.middle = this.#far.sum / this.#divisor;
    this.width = this.#factor * Math.sqrt(this.#far.spread);
  }

  #recount(nanos: readonly number[]): void {
    const frame = frameOf(nanos, this.#period);
    this.#begin(frame);
    this.#fill(nanos);
    if (frame !== undefined) return;
    this.#far.count(nanos);
    this.#answerFar();
  }

  #begin(frame: Frame | undefined): void {
    const anchor = frame?.anchor ?? 0;
    this.#frame = frame;
    this.#stepsInUnit = frame?.stepsInUnit ?? NANOS_IN_UNIT;
    this.#tolerance = frame?.tolerance ?? Number.NaN;
    this.#anchor = anchor;
    this.#reach = frame === undefined ? Number.NaN : reachOf(this.#period);
    this.#base = this.#period * anchor;
    this.#sum = this.#squares = 0;
    this.#ring.fill(anchor);
    this.#next = 0;
    this.#isFull = false;
    this.#divisor = this.#factor = this.middle = this.width = Number.NaN;
  }

  #fill(nanos: readonly number[]): void {
    for (const one of nanos) {
      if (this.#frame === undefined) this.#replace(one);
      else this.#exchange(one / stepOf(this.#frame), one / stepOf(this.#frame) - this.#anchor);
    }
  }

  /** Oldest first. */
  #nanos(): number[] {
    const step = this.#frame === undefined ? 1 : stepOf(this.#frame);
    return inOrder(this.#ring, this.#next, this.#isFull).map((steps) => steps * step);
  }

  save(): BollingerState {
    return { nanos: this.#nanos(), frame: this.#frame ?? null, far: this.#far.save() };
  }

  load({ nanos, frame, far }: BollingerState): void {
    this.#begin(frame ?? undefined);
    this.#fill(nanos);
    this.#far.load(far);
  }
}
