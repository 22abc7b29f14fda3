/** A simulated day in fair weather on which the daemon is killed at chosen moments, and started again three seconds later. */
import type { RunId } from '#server/domain/ids.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { encode } from '#server/runtime/codec.ts';
import { Replay } from '#server/runtime/replay.ts';
import { play } from '#tests/simulation/day.ts';
import { Director, RESTART_MS } from '#tests/simulation/director.ts';
import { Chance } from '#tests/simulation/machine/chance.ts';
import { type Ground, settle } from '#tests/simulation/machine/globals.ts';
import { type Setting, setStage } from '#tests/simulation/stage.ts';
import { Trace } from '#tests/simulation/trace.ts';
import { playMarket } from '#tests/simulation/trading.ts';
import { booksOf } from '#tests/simulation/world/evidence.ts';
import { drawSettings } from '#tests/simulation/world/settings.ts';
import { ledgerFault } from './ledger.ts';
import { type Moment, POINTS, type Point, RECOVERY } from './points.ts';

export interface CrashJob {
  readonly seed: number;
  /** The first crash, by its place in POINTS, at its nth occurrence; nothing for a day without one. */
  readonly point: number | undefined;
  readonly nth: number;
  /** The second one, by its place in POINTS and then RECOVERY, at its first occurrence after the first crash. */
  readonly second: number | undefined;
}

export interface CrashResult {
  /** Crashes that came to pass. */
  readonly crashes: number;
  readonly intents: number;
  readonly entries: number;
  /** In words; nothing when nothing was lost, doubled or left unsettled. */
  readonly wrong: string | undefined;
}

const HEALING_MS = 20 * MINUTE_MS;
/** Longer than between two reconciliations: one of them certifies the day. */
const AFTER_CLOSE_MS = 45 * MINUTE_MS;
const SLOWEST_WRITE_MS = 30;

/** Kills the daemon at each of the moments, one after the other. */
class Executioner {
  crashes = 0;
  readonly #setting: () => Setting;
  readonly #queue: { readonly point: Point; left: number }[];

  constructor(setting: () => Setting, queue: { readonly point: Point; left: number }[]) {
    this.#setting = setting;
    this.#queue = queue;
  }

  readonly see = (moment: Moment): void => {
    const [next] = this.#queue;
    const { main, time, weather } = this.#setting();
    if (next === undefined || main.process === undefined || !next.point.is(moment) || --next.left > 0) return;
    this.#queue.shift();
    this.crashes++;
    main.kill();
    time.after(RESTART_MS, () => main.start(), time.world);
    if (next.point.isLost !== true) return;
    weather.lossThere = 1;
    time.after(0, () => Object.assign(weather, { lossThere: 0 }), time.world);
  };
}

export function runCrashDay(job: CrashJob, ground: Ground, file: string, watch?: (line: string) => void): CrashResult {
  const settings = drawSettings(job.seed);
  const dayMs = (settings.closesMinute - settings.opensMinute) * MINUTE_MS;
  const all = [...POINTS, ...RECOVERY];
  const chosen = [job.point, job.second].flatMap((place) => (place === undefined ? [] : (all[place] ?? [])));
  const mishaps = chosen.flatMap((point) => point.mishaps ?? []);
  const texts: string[] = [];
  const executioner = new Executioner(
    () => setting,
    chosen.map((point, place) => ({ point, left: place === 0 ? job.nth : 1 })),
  );
  const setting: Setting = setStage(settings, mishaps, file, {
    trace: new Trace(watch),
    log: (owner, level, message, facts) => watch?.(`${owner.name} ${level}: ${message} ${encode(facts)}`),
    onTouch: (when, puts) => {
      if (when === 'after') for (const { table, rows } of puts) if (table === 'journal') for (const row of rows) texts.push(String(row[4]));
      executioner.see({ kind: when, puts });
    },
  });
  overhear(setting, executioner);
  const { time, witness, main, second, service, evidence } = setting;
  Object.assign(ground, { time, chance: new Chance(job.seed, 'ambient') });
  // While an entry is being written there is time to do what must wait for it.
  setting.disk.slowMs = SLOWEST_WRITE_MS;
  ground.onRejection = (reason) => witness.breach('no rejection goes unheard', String(reason));
  playMarket(setting);
  main.start();
  const director = new Director(setting, mishaps);
  const healsAt = time.beganAt + dayMs + AFTER_CLOSE_MS;
  play(setting, healsAt);
  time.current = time.world;
  director.heal();
  evidence.isHealed = true;
  play(setting, healsAt + HEALING_MS);
  witness.end();
  const { violation } = witness;
  const wrong =
    violation === undefined
      ? (twice(setting) ?? latchOf(setting) ?? otherwise(setting, texts) ?? ledgerOf(setting, texts, file))
      : `${violation.invariant}: ${violation.what}`;
  for (const host of [main, second]) host.kill();
  service.end();
  settle();
  return { crashes: executioner.crashes, intents: evidence.durable.placed.size, entries: texts.length, wrong };
}

function overhear({ evidence: { wire, truth } }: Setting, { see }: Executioner): void {
  const { onSend, onAnswered } = wire;
  wire.onSend = (sent) => {
    onSend(sent);
    see({ kind: 'send', sent });
  };
  wire.onAnswered = (sent) => {
    onAnswered(sent);
    see({ kind: 'answered', sent });
  };
  const { onUpdate } = truth;
  truth.onUpdate = (update, before) => {
    onUpdate(update, before);
    see({ kind: 'truth', update });
  };
}

/** No intent has two orders at the broker. */
function twice({ evidence: { durable, truth } }: Setting): string | undefined {
  for (const id of durable.placed.keys()) {
    const count = truth.byClientId.get(id)?.length ?? 0;
    if (count > 1) return `order ${id} is at the broker ${count} times`;
  }
  return undefined;
}

function latchOf({ evidence, main }: Setting): string | undefined {
  const level = booksOf(main.process)?.kill.level;
  return level === evidence.durable.kill ? undefined : `the latch is ${level} in the books and ${evidence.durable.kill} in the journal`;
}

function ledgerOf({ main }: Setting, texts: readonly string[], file: string): string | undefined {
  const books = booksOf(main.process);
  return books === undefined ? 'the daemon does not run at the end of the day' : ledgerFault(file, texts, books);
}

/** All lives, stepped over again from the first entry. */
function otherwise({ evidence: { plan }, main }: Setting, texts: readonly string[]): string | undefined {
  const run = booksOf(main.process)?.run as RunId;
  const replay = new Replay(run, () => plan.plan);
  for (const text of texts) {
    const divergence = replay.next(text);
    if (divergence !== undefined) return `entry ${divergence.seq} comes out otherwise: ${JSON.stringify(divergence)}`;
  }
  return undefined;
}
