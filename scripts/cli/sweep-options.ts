/** What a sweep is asked: agent, what varies, how it is searched, and what is best. */
import { nearest } from '#config/nearest.ts';
import type { AgentKind } from '#server/agents/agent.ts';
import { FAMILIES } from '#server/backtest/metrics/summary.ts';
import { gridJobs, type ScheduleSettings, SEARCHES, type Search } from '#server/backtest/search/schedule.ts';
import { type Axis, gridPoint, type Point, readAxis, type Space, sizeOf } from '#server/backtest/search/space.ts';
import type { TrialTerms } from '#server/backtest/search/trial.ts';
import { type ChosenAgent, INVESTED } from './agent-choice.ts';
import { cashOf, fillSettingsOf, fractionOf, hoursOf } from './backtest-flags.ts';
import { misuse } from './failure.ts';
import { type Parameter, parametersOf } from './parameters.ts';
import type { Call } from './verb.ts';

export interface SweepOptions extends ChosenAgent {
  /** Parameters that do not vary, as they were given. */
  readonly set: Point;
  readonly terms: (symbols: number) => TrialTerms;
  readonly schedule: ScheduleSettings;
}

const MOST_TRIALS = 100_000;
const TRIALS = 100;

export function sweepOptions(call: Call, { kind, file }: ChosenAgent): SweepOptions {
  const parameters = parametersOf(kind.schema);
  const space = spaceOf(call, kind, parameters);
  const set = fixedOf(call, kind, space);
  const search = searchOf(call, space);
  const isPossible = (point: Point): boolean => kind.schema.safeParse({ ...set, ...point }).success;
  const schedule = { space, search, trials: countOf(call, 'trials', 1, MOST_TRIALS, TRIALS), seed: seedOf(call), isPossible };
  if (search === 'grid' && (sizeOf(space) ?? 0) > MOST_TRIALS) {
    throw misuse(`the grid has ${sizeOf(space)} points, at most ${MOST_TRIALS} are searched`, 'vary less, or search with random or tpe');
  }
  if (search === 'grid' && gridJobs(schedule, new Set()).next().done === true) {
    throw misuse(
      `${kind.name} takes none of the ${sizeOf(space)} points of the grid`,
      firstRefusal(kind, { ...set, ...gridPoint(space, 0) }),
    );
  }
  return { kind, file, set, schedule, terms: termsOf(call, objectiveOf(call)) };
}

const firstRefusal = (kind: AgentKind, point: Point): string =>
  kind.schema.safeParse(point).error?.issues[0]?.message ?? 'vary something else';

/** What decides a trial beside its parameters; the money is divided among the symbols. */
export function termsOf(call: Call, objective: string): SweepOptions['terms'] {
  const [fraction, mayShort, hours, fill, cash] = [fractionOf(call), call.has('short'), hoursOf(call), fillSettingsOf(call), cashOf(call)];
  return (symbols) => ({ fraction: fraction ?? INVESTED / symbols, mayShort, hours, fill, cash, objective });
}

const seedOf = (call: Call): number => countOf(call, 'seed', 0, 2 ** 31 - 1, 1);

export function countOf(call: Call, flag: string, least: number, most: number, otherwise: number): number {
  const text = call.text(flag);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
    throw misuse(`--${flag} ${text} is not possible here`, `give a whole number from ${least} to ${most}`);
  }
  return value;
}

export function spaceOf(call: Call, kind: AgentKind, parameters: readonly Parameter[]): Space {
  const given = call.all('vary');
  if (given.length === 0)
    throw misuse(
      'what is to vary?',
      `give --vary NAME=5..50:5 or NAME=a,b; ${kind.name} has ${parameters.map(({ name }) => name).join(', ')}`,
    );
  const space = given.map((one) => axisOf(one, kind, parameters));
  const twice = space.find(({ name }, nth) => space.findIndex((axis) => axis.name === name) !== nth);
  if (twice !== undefined) throw misuse(`${twice.name} varies twice`, 'give each parameter once');
  return space;
}

function axisOf(text: string, kind: AgentKind, parameters: readonly Parameter[]): Axis {
  const [, name = '', values = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  const parameter = parameters.find((one) => one.name === name);
  if (parameter === undefined) {
    const names = parameters.map((one) => one.name);
    const meant = nearest(name, names);
    throw misuse(
      `${kind.name} has no parameter ${name || text}`,
      meant === undefined ? `it has ${names.join(', ')}` : `did you mean ${meant}?`,
    );
  }
  const axis = readAxis(name, values, parameter.values.startsWith('whole'));
  if (typeof axis === 'string') throw misuse(`${text}: ${axis}`, 'give a range as 5..50 or 5..50:5, or a list as 5,10,20');
  checkBounds(kind, axis, parameter);
  return axis;
}

/** What a value is refused for by itself; that two do not fit together shows when a point is drawn. */
function checkBounds(kind: AgentKind, axis: Axis, parameter: Parameter): void {
  for (const value of axis.kind === 'choices' ? axis.choices : [axis.low, axis.high]) {
    const issues = kind.schema.safeParse({ [axis.name]: value }).error?.issues ?? [];
    const issue = issues.find(({ path, code }) => path[0] === axis.name && code !== 'custom');
    if (issue !== undefined)
      throw misuse(`${kind.name} can not have ${axis.name}=${value}: ${issue.message}`, `${axis.name} is ${parameter.values}`);
  }
}

/** What is set must be right by itself; that it fits together with what varies shows when a point is drawn. */
export function fixedOf(call: Call, kind: AgentKind, space: Space): Point {
  const parameters = parametersOf(kind.schema);
  const given = call.all('set').map((text) => axisOf(text, kind, parameters));
  const varied = given.find(({ name }) => space.some((axis) => axis.name === name));
  if (varied !== undefined) throw misuse(`${varied.name} is set and varied`, 'either set it or vary it');
  return Object.fromEntries(
    given.map((axis) => {
      if (axis.kind === 'choices' && axis.choices.length === 1) return [axis.name, axis.choices[0] as number];
      throw misuse(`--set ${axis.name} has more than one value`, `let it vary: --vary ${axis.name}=…`);
    }),
  );
}

function searchOf(call: Call, space: Space): Search {
  const text = call.text('search') ?? (sizeOf(space) === undefined ? 'tpe' : 'grid');
  const search = SEARCHES.find((one) => one === text);
  if (search === undefined) throw misuse(`--search ${text} is not known`, `give one of ${SEARCHES.join(', ')}`);
  if (search === 'grid' && sizeOf(space) === undefined) {
    throw misuse('a grid over a range of fractions has no end', 'give the range a step as 0.1..0.9:0.1, or search with random or tpe');
  }
  return search;
}

export function objectiveOf(call: Call): string {
  const text = call.text('objective') ?? 'sharpe';
  const names = FAMILIES.flatMap(({ definitions }) => Object.keys(definitions));
  const name = text.replace(/^-/, '');
  if (names.includes(name)) return text;
  const meant = nearest(name, names);
  throw misuse(`there is no metric "${name}"`, meant === undefined ? 'see "tradar metrics --help"' : `did you mean ${meant}?`);
}
