/**
 * Which faults strike when: a pure function of the seed, the rules and the occasions in their order. Each rule has
 * dice of its own, so that one rule more does not change what the others do.
 */
import { type ChanceState, roll, seededChance } from '../random.ts';
import { type FaultName, kindOf, type Stage, type Target } from './catalogue.ts';
import type { FaultRule } from './rule.ts';

/** Something that a fault may strike. */
export interface Occasion {
  readonly target: Target;
  readonly method?: string;
  readonly path?: string;
  readonly stream?: string;
  readonly event?: string;
  readonly symbol?: string;
}

export interface Strike {
  readonly fault: FaultName;
  readonly ms: number;
  readonly status: number;
  readonly withReset: boolean;
  readonly field: string | undefined;
  readonly value: unknown;
}

/** A fault that fired. */
export interface Fired {
  readonly n: number;
  readonly rule: string;
  readonly fault: FaultName;
  readonly at: number;
  readonly on: Occasion;
}

export interface ArmedRule {
  readonly id: string;
  readonly rule: FaultRule;
  /** Occasions it has seen, and how many of them it struck. */
  readonly seen: number;
  readonly struck: number;
}

export interface FaultPlan {
  arm(rule: FaultRule): ArmedRule;
  /** Takes away one rule, or all; says how many. */
  disarm(id?: string): number;
  rules(): readonly ArmedRule[];
  /** Whether no rule is for this target. */
  isQuiet(target: Target): boolean;
  /** The most milliseconds that a rule for this fault asks for, or nothing when none is armed. */
  longest(fault: FaultName): number | undefined;
  strikes(on: Occasion, at: number): readonly Strike[];
  fired(afterN: number): readonly Fired[];
  forgetFired(): void;
}

interface Armed {
  readonly id: string;
  readonly rule: FaultRule;
  readonly dice: ChanceState;
  seen: number;
  struck: number;
}

const FIRED_KEPT = 10_000;
const NONE: readonly Strike[] = [];

export function createFaultPlan(seed: number): FaultPlan {
  let armed: Armed[] = [];
  let fired: Fired[] = [];
  let count = 0;
  let firedCount = 0;
  const note = (one: Armed, on: Occasion, at: number): void => {
    firedCount += 1;
    fired.push({ n: firedCount, rule: one.id, fault: one.rule.fault, at, on });
    if (fired.length >= 2 * FIRED_KEPT) fired = fired.slice(-FIRED_KEPT);
  };
  return {
    arm: (rule) => {
      count += 1;
      const one: Armed = { id: `f${count}`, rule, dice: seededChance(seed + count * 7_919), seen: 0, struck: 0 };
      armed.push(one);
      return shown(one);
    },
    disarm: (id) => {
      const before = armed.length;
      armed = id === undefined ? [] : armed.filter((one) => one.id !== id);
      return before - armed.length;
    },
    rules: () => armed.map(shown),
    isQuiet: (target) => armed.length === 0 || !armed.some(({ rule }) => kindOf(rule.fault).targets.includes(target)),
    longest: (fault) => {
      const all = armed.flatMap(({ rule }) => (rule.fault === fault ? [rule.ms ?? kindOf(fault).ms ?? 0] : []));
      return all.length === 0 ? undefined : Math.max(...all);
    },
    strikes: (on, at) => {
      if (armed.length === 0) return NONE;
      const taken = new Set<Stage>();
      const strikes: Strike[] = [];
      for (const one of armed) {
        const { stage } = kindOf(one.rule.fault);
        if (!fits(one.rule, on) || !decide(one, taken, on.target === 'request' ? stage : undefined)) continue;
        note(one, on, at);
        strikes.push(strikeOf(one));
      }
      return strikes;
    },
    fired: (afterN) => fired.filter(({ n }) => n > afterN),
    forgetFired: () => {
      fired = [];
    },
  };
}

const shown = ({ id, rule, seen, struck }: Armed): ArmedRule => ({ id, rule, seen, struck });

/** Rolls for an occasion that fits; a stage that another rule has taken is left to it. */
function decide(one: Armed, taken: Set<Stage>, stage: Stage | undefined): boolean {
  const { rule } = one;
  one.seen += 1;
  const luck = roll(one.dice) < rule.probability;
  const isSpent = rule.next !== undefined && one.struck >= rule.next;
  if (!luck || isSpent || one.seen <= rule.skip || (stage !== undefined && taken.has(stage))) return false;
  if (stage !== undefined && stage !== 'body') taken.add(stage);
  one.struck += 1;
  return true;
}

function strikeOf({ rule, dice }: Armed): Strike {
  const kind = kindOf(rule.fault);
  const least = rule.ms ?? kind.ms ?? 0;
  const ms = rule.toMs === undefined ? least : Math.floor(least + roll(dice) * (rule.toMs - least));
  const { fault, withReset = true, field, value } = rule;
  return { fault, ms, status: rule.status ?? kind.status ?? 500, withReset, field, value };
}

function fits(rule: FaultRule, on: Occasion): boolean {
  const { targets, only } = kindOf(rule.fault);
  if (!targets.includes(on.target)) return false;
  if (only && !(on.method === only.method && matches(only.path, on.path))) return false;
  // A rule that names a stream or an event is not meant for requests, and the other way round.
  return (
    (rule.method === undefined || rule.method.toUpperCase() === on.method) &&
    matches(rule.path, on.path) &&
    matches(rule.stream, on.stream) &&
    matches(rule.event, on.event) &&
    matches(rule.symbol, on.symbol)
  );
}

function matches(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (text === undefined) return false;
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
