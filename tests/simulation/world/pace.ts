/**
 * Which minutes of a simulated day are busy: so many that the daemon has as many intents as the seed drew, spread over the day as it
 * drew them, and hardly more. A day costs what is traded in it, and one that trades too little proves too little.
 */
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { Chance } from '../machine/chance.ts';
import type { DaySettings } from './settings.ts';

/** Fewer is no trading day. */
export const FEWEST_INTENTS = 50;
/** Busy minutes that brought no intent, after which the market waits a little: the daemon can not trade now. */
const PATIENCE = 3;
const REST_MINUTES = 3;
/** From this part of the day on it waits no more. */
const LATE = 0.8;
/** Prices move also when all is traded: no stock is without a bar for longer. */
const LONGEST_QUIET_MINUTES = 30;

export class Pace {
  readonly #aim: number;
  /** Part of the day by which all is traded, if nothing hinders; and how the intents are spread: above 1 most come late. */
  readonly #byPart: number;
  readonly #shape: number;
  #intents = 0;
  #dry = 0;
  #lastBusyAt = 0;

  constructor({ seed }: DaySettings) {
    const chance = new Chance(seed, 'pace');
    this.#aim = chance.whole(FEWEST_INTENTS, FEWEST_INTENTS + 4);
    this.#byPart = chance.between(0.35, 0.65);
    this.#shape = chance.pick([0.6, 1, 1.5]);
  }

  /** Asked once of each minute; `intents` are those of the day so far, `part` is how much of the day is over. */
  isBusy(startsAt: Instant, part: number, intents: number): boolean {
    const isOverdue = startsAt - this.#lastBusyAt >= LONGEST_QUIET_MINUTES * MINUTE_MS;
    if (intents > this.#intents) this.#dry = 0;
    this.#intents = intents;
    const isBehind = intents < this.#aim * Math.min(1, part / this.#byPart) ** this.#shape;
    const isResting = this.#dry >= PATIENCE && part < LATE && startsAt - this.#lastBusyAt < REST_MINUTES * MINUTE_MS;
    if (!isOverdue && (!isBehind || isResting)) return false;
    this.#dry++;
    this.#lastBusyAt = startsAt;
    return true;
  }
}
