/** What a validation is asked: the agent as it is to be used, and what was tried to find it. */
import type { AgentKind } from '#server/agents/agent.ts';
import type { ScheduleSettings } from '#server/backtest/search/schedule.ts';
import { type Axis, type Point, type Space, sizeOf } from '#server/backtest/search/space.ts';
import type { TrialTerms } from '#server/backtest/search/trial.ts';
import type { ChosenAgent } from './agent-choice.ts';
import { misuse } from './failure.ts';
import { type Parameter, parametersOf, readParameters } from './parameters.ts';
import { countOf, fixedOf, objectiveOf, spaceOf, termsOf } from './sweep-options.ts';
import type { Call } from './verb.ts';

export const CHECKS = [
  'walkForwardRolling',
  'walkForwardAnchored',
  'purgedCrossValidation',
  'overfitting',
  'deflatedSharpe',
  'sensitivity',
  'monteCarloTrades',
  'monteCarloBars',
  'lookAhead',
  'randomEntry',
] as const;
export type Check = (typeof CHECKS)[number];

export interface ValidationOptions extends ChosenAgent {
  /** The config under test; nothing: the best of what varies. */
  readonly config: Readonly<Record<string, unknown>> | undefined;
  readonly set: Point;
  readonly schedule: ScheduleSettings;
  readonly terms: (symbols: number) => TrialTerms;
  readonly checks: readonly Check[];
  readonly draws: number;
  readonly folds: number;
  readonly seed: number;
}

const MOST_TRIALS = 20_000;

export function readValidation(call: Call, { kind, file }: ChosenAgent): ValidationOptions {
  const isVaried = call.all('vary').length > 0;
  const parameters = parametersOf(kind.schema);
  const config = readParameters(kind.name, kind.schema, isVaried ? [] : call.all('set')) as Readonly<Record<string, unknown>>;
  const space = isVaried ? spaceOf(call, kind, parameters) : neighbourhood(kind, config, parameters);
  const size = sizeOf(space);
  if (size === undefined || size > MOST_TRIALS) {
    throw misuse(
      `${size ?? 'endlessly many'} trials are too many to validate`,
      `vary less: at most ${MOST_TRIALS}, and ranges with a step`,
    );
  }
  const set = isVaried ? fixedOf(call, kind, space) : withoutVaried(config, space);
  const isPossible = (point: Point): boolean => kind.schema.safeParse({ ...set, ...point }).success;
  const seed = countOf(call, 'seed', 0, 2 ** 31 - 1, 1);
  return {
    kind,
    file,
    config: isVaried ? undefined : config,
    set,
    schedule: { space, search: 'grid', trials: 0, seed, isPossible },
    terms: termsOf(call, objectiveOf(call)),
    checks: checksOf(call),
    draws: countOf(call, 'draws', 20, 1_000_000, 1_000),
    folds: countOf(call, 'folds', 2, 1_000, 8),
    seed,
  };
}

const withoutVaried = (config: Readonly<Record<string, unknown>>, space: Space): Point =>
  Object.fromEntries(Object.entries(config).filter(([name]) => !space.some((axis) => axis.name === name))) as Point;

/** Each value four fifths and five quarters of itself, of as many parameters as make a grid of reasonable size. */
const STEPS = [0.64, 0.8, 1, 1.25, 1.5625];
const MOST_AXES = 3;

/** Numbers around the given ones that the agent takes when the others stay as they are. */
function neighbourhood(kind: AgentKind, config: Readonly<Record<string, unknown>>, parameters: readonly Parameter[]): Space {
  const axes = parameters.flatMap(({ name, values }): Axis[] => {
    const value = config[name];
    if (typeof value !== 'number' || name === 'confidence') return [];
    const near = STEPS.map((step) => (values.startsWith('whole') ? Math.round(value * step) : Number((value * step).toPrecision(6))));
    const choices = [...new Set(near)].filter((one) => kind.schema.safeParse({ ...config, [name]: one }).success);
    return choices.length > 1 ? [{ kind: 'choices', name, choices }] : [];
  });
  if (axes.length === 0) throw misuse(`${kind.name} has no number that could be another`, 'give --vary NAME=VALUES');
  return axes.slice(0, MOST_AXES);
}

function checksOf(call: Call): readonly Check[] {
  const text = call.text('only');
  if (text === undefined) return CHECKS;
  return text.split(',').map((name) => {
    const check = CHECKS.find((one) => one === name.trim());
    if (check === undefined) throw misuse(`there is no check "${name.trim()}"`, `there are ${CHECKS.join(', ')}`);
    return check;
  });
}
