/** One seed, one trading day: the stage is set, mishaps strike, everything is healed, and what has to settle has twenty minutes. */
import { MINUTE_MS } from '#server/domain/time.ts';
import { encode } from '#server/runtime/codec.ts';
import { wordsOf } from './daemon/host.ts';
import { Director } from './director.ts';
import { Chance } from './machine/chance.ts';
import { type Ground, settle } from './machine/globals.ts';
import { type Setting, setStage } from './stage.ts';
import { Trace } from './trace.ts';
import { playMarket } from './trading.ts';
import type { Violation } from './witness.ts';
import { drawMishaps, type Mishap } from './world/mishaps.ts';
import { drawSettings } from './world/settings.ts';

export interface DayOptions {
  readonly ground: Ground;
  /** An empty database with its tables, in memory. */
  readonly file: string;
  /** Mishaps that are left out, by their place in the list. */
  readonly without: ReadonlySet<number>;
  /** Told every line of the trace, and what the daemons log. */
  readonly watch: ((line: string) => void) | undefined;
}

export interface DayResult {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly marks: readonly string[];
  readonly mishaps: readonly Mishap[];
  readonly intents: number;
  readonly events: number;
  readonly hash: string;
}

const UNCAUGHT = 'INV-41 nothing is thrown past everybody';
const HEALING_MS = 20 * MINUTE_MS;
const BEFORE_OPEN_MS = 5 * MINUTE_MS;
const AFTER_CLOSE_MS = 2 * MINUTE_MS;
/** A day has some ten thousand events; what has a hundred times as many goes round in circles. */
const MOST_EVENTS = 1_000_000;

export function runDay(seed: number, { ground, file, without, watch }: DayOptions): DayResult {
  const settings = drawSettings(seed);
  const dayMs = (settings.closesMinute - settings.opensMinute) * MINUTE_MS + BEFORE_OPEN_MS;
  const mishaps = drawMishaps(settings, dayMs).filter(({ nth }) => !without.has(nth));
  const stamp = (): string => new Date(ground.time.now).toISOString().slice(11, 23);
  const trace = new Trace(watch === undefined ? undefined : (line) => watch(`${stamp()} ${line}`));
  const setting = setStage(settings, mishaps, file, {
    trace,
    log: (owner, level, message, facts) => {
      if (watch !== undefined && level !== 'debug') watch(`${stamp()} ${owner.name} ${level}: ${message} ${encode(facts)}`);
    },
  });
  const { time, witness, evidence, note, main, second, service, marks } = setting;
  ground.time = time;
  ground.chance = new Chance(seed, 'ambient');
  ground.onRejection = (reason) => witness.breach(UNCAUGHT, wordsOf(reason));
  playMarket(setting);
  main.start();
  const director = new Director(setting, mishaps);
  const healsAt = time.beganAt + dayMs + AFTER_CLOSE_MS;
  play(setting, healsAt);
  time.current = time.world;
  director.heal();
  evidence.isHealed = true;
  note('healed');
  play(setting, healsAt + HEALING_MS);
  witness.end();
  for (const host of [main, second]) host.kill();
  service.end();
  settle();
  const { placed } = evidence.durable;
  return { seed, violation: witness.violation, marks: [...marks], mishaps, intents: placed.size, events: time.count, hash: trace.digest() };
}

export function play({ time, witness }: Setting, until: number): void {
  try {
    while (witness.violation === undefined && time.step(until)) {
      settle();
      witness.look();
      if (time.count > MOST_EVENTS) witness.breach('INV-36 queues are bounded', `${MOST_EVENTS} events and no end`);
    }
  } catch (error) {
    witness.breach(UNCAUGHT, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  time.now = Math.max(time.now, until);
}
