/** The plan of a simulated day: agents that often change their mind, sizes, limits and exits as the seed draws them. */
import type { AgentAtWork } from '#server/domain/agent.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Distance, ExitPolicy } from '#server/domain/exits.ts';
import type { AssetSymbol, DeploymentId, PortfolioId } from '#server/domain/ids.ts';
import type { DeploymentPlan, Plan, PortfolioPlan } from '#server/domain/plan.ts';
import type { Direction } from '#server/domain/signal.ts';
import { HOUR_MS, MINUTE_MS } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import type { WarmUp } from '#server/domain/warm-up.ts';
import { Chance } from '../machine/chance.ts';
import { drawLimits } from './limits.ts';
import type { DaySettings } from './settings.ts';
import { drawLocks, drawSizing } from './sizing.ts';

const RANGE_PERIOD = 5;
export const WARM_UP: WarmUp = { minutes: RANGE_PERIOD + 1, longer: [] };

interface Whim {
  readonly salt: number;
  /** Chance that a bar changes its mind. */
  readonly flip: number;
  readonly mayShort: boolean;
}

/** A number in [0, 1) that is a function of the bar: agents remember, chance does not. */
function omenOf({ symbol, startsAt }: Bar, salt: number): number {
  let hash = Math.imul((startsAt / MINUTE_MS) | 0, 0x9e3779b1) ^ salt;
  for (let i = 0; i < symbol.length; i++) hash = Math.imul(hash ^ symbol.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 0x1_0000_0000;
}

function fickleAgent({ salt, flip, mayShort }: Whim): AgentAtWork {
  let stance: Direction = 'flat';
  return {
    onBar: (bar) => {
      const omen = omenOf(bar, salt);
      if (omen >= flip) return undefined;
      const others = (['up', 'flat', ...(mayShort ? (['down'] as const) : [])] as const).filter((one) => one !== stance);
      stance = others[Math.floor((omen / flip) * others.length)] ?? 'flat';
      const horizonMs = omen < flip / 8 ? 20 * MINUTE_MS : undefined;
      return { direction: stance, confidence: 1, horizonMs, reason: `a whim: ${stance}` };
    },
    save: () => stance,
    load: (memory) => {
      stance = memory as Direction;
    },
  };
}

function drawDistance(chance: Chance, least: number, most: number): Distance {
  return chance.happens(0.7) ? { percent: chance.between(least, most) } : { ranges: chance.between(1, 6) };
}

/** In all their kinds. */
function drawExits(chance: Chance): Omit<ExitPolicy, 'breakEvenOffsetPercent'> {
  const drawn = (probability: number, least: number, most: number): Distance | undefined =>
    chance.happens(probability) ? drawDistance(chance, least, most) : undefined;
  const rules = {
    stopLoss: drawn(0.7, 0.2, 2),
    takeProfit: drawn(0.5, 0.2, 2),
    trailingStop: drawn(0.3, 0.3, 2),
    breakEven: drawn(0.2, 0.2, 1),
    timeStopMs: chance.happens(0.2) ? chance.between(0.2, 2) * HOUR_MS : undefined,
  };
  const isMeasured = Object.values(rules).some((rule) => typeof rule === 'object' && 'ranges' in rule);
  return { ...rules, range: isMeasured ? { period: RANGE_PERIOD, timeframe: MINUTE } : undefined, stopLimitPercent: chance.between(0, 2) };
}

export interface DayPlan {
  readonly plan: Plan;
  readonly planText: string;
  readonly symbols: readonly AssetSymbol[];
}

export function drawPlan({ seed, stocks, pairs, hasExits }: DaySettings): DayPlan {
  const chance = new Chance(seed, 'plan');
  const groups = [stocks, pairs].filter((group) => group.length > 0);
  const portfolios = groups.map((names, nth): PortfolioPlan => {
    const mayShort = nth === 0 && chance.happens(0.4);
    const deployments = Array.from({ length: chance.whole(1, 2) }, (_, index): DeploymentPlan => {
      const whim = { salt: seed * 31 + nth * 7 + index, flip: chance.between(0.6, 0.95), mayShort };
      return { id: `d${nth}${index}` as DeploymentId, agent: 'fickle', weight: 1, timeframe: MINUTE, hire: () => fickleAgent(whim) };
    });
    const fraction = chance.between(0.05, 0.2);
    const exits = hasExits
      ? { ...drawExits(chance), breakEvenOffsetPercent: new Chance(seed, 'breakEven').between(-0.05, 0.15) }
      : undefined;
    return {
      id: `p${nth}` as PortfolioId,
      symbols: names as AssetSymbol[],
      deployments,
      blend: { enterAt: 0.3, exitBelow: 0.1, minAgreement: 0.5, minQuorum: 0.5 },
      sizing: drawSizing(seed, fraction, exits),
      exits,
      locks: drawLocks(seed),
      capitalFraction: 0.9,
      mayShort,
    };
  });
  const limits = drawLimits(seed, chance);
  const plan = { portfolios, limits, fees: { cryptoTakerBasisPoints: 25, cryptoMakerBasisPoints: 15 } };
  return { plan, planText: `{"simulated":${seed}}`, symbols: [...stocks, ...pairs] as AssetSymbol[] };
}
