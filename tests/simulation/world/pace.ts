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
const REST_MINUTES = 4;
/** Chance of a minute to be busy for no reason: prices move also when all is traded. */
const RESTLESSNESS = 0.03;

export class Pace {
  readonly #chance: Chance;
  readonly #aim: number;
  /** Part of the day by which all is traded, if nothing hinders; and how the intents are spread: above 1 most come late. */
  readonly #byPart: number;
  readonly #shape: number;
  #intents = 0;
  #dry = 0;
  #lastBusyAt = 0;

  constructor({ seed }: DaySettings) {
    this.#chance = new Chance(seed, 'pace');
    this.#aim = this.#chance.whole(FEWEST_INTENTS + 2, FEWEST_INTENTS + 6);
    this.#byPart = this.#chance.between(0.55, 0.85);
    this.#shape = this.#chance.pick([0.6, 1, 1.5]);
  }

  /** Asked once of each minute; `intents` are those of the day so far, `part` is how much of the day is over. */
  isBusy(startsAt: Instant, part: number, intents: number): boolean {
    const isRestless = this.#chance.happens(RESTLESSNESS);
    if (intents > this.#intents) this.#dry = 0;
    this.#intents = intents;
    const isBehind = intents < this.#aim * Math.min(1, part / this.#byPart) ** this.#shape;
    const isResting = this.#dry >= PATIENCE && startsAt - this.#lastBusyAt < REST_MINUTES * MINUTE_MS;
    if (!isRestless && (!isBehind || isResting)) return false;
    this.#dry++;
    this.#lastBusyAt = startsAt;
    return true;
  }
}
