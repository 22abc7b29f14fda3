/** How a simulated day sizes its entries and locks itself: mostly a fixed fraction, on some days another method, on some a cooldown. */
import type { ExitPolicy } from '#server/domain/exits.ts';
import type { LockPolicy } from '#server/domain/lock.ts';
import { parseMoney } from '#server/domain/money.ts';
import type { MeasurePlan, SizingPolicy } from '#server/domain/sizing.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { MINUTE } from '#server/domain/timeframe.ts';
import { Chance } from '../machine/chance.ts';

/** As many bars as the day is warmed up with. */
const PERIOD = 5;
const OTHERS = 0.3;
const LOCKING = 0.1;

/** About as large as the fraction; a chance of its own, so that all else of the day stays as it was. */
export function drawSizing(seed: number, fraction: number, exits: ExitPolicy | undefined): SizingPolicy {
  const chance = new Chance(seed, 'sizing');
  if (!chance.happens(OTHERS)) return { kind: 'fixedFraction', fraction };
  const measure: MeasurePlan = { kind: 'averageTrueRange', period: PERIOD, timeframe: MINUTE, decay: 0 };
  const risk = { gapRanges: chance.pick([0, 0.5, 1]), costPercent: chance.between(0, 0.2), maxFraction: fraction, measure };
  const policies: SizingPolicy[] = [
    { kind: 'equalWeight', positions: Math.ceil(1 / fraction) },
    { kind: 'fixedNotional', notional: parseMoney(String(chance.whole(3_000, 20_000))), maxFraction: 1 },
    { kind: 'atrRisk', riskPercent: chance.between(0.01, 0.1), ranges: chance.between(1, 3), maxFraction: fraction, measure },
    {
      ...{ kind: 'volatilityTarget', annualPercent: chance.between(2, 20), floorPercent: 5, maxLeverage: fraction },
      measure: { ...measure, kind: 'volatility', decay: 0.94 },
    },
  ];
  if (exits?.stopLoss !== undefined || exits?.trailingStop !== undefined) {
    policies.push({ kind: 'fixedRisk', riskPercent: chance.between(0.05, 0.3), ...risk });
    policies.push({
      ...{ kind: 'kelly', multiplier: 0.5, minTrades: 5, minRiskPercent: 0.1, maxRiskPercent: 1 },
      ...{ maxStepPercent: 25, maxTotalRiskPercent: 2, ...risk },
    });
  }
  return chance.pick(policies);
}

export function drawLocks(seed: number): LockPolicy | undefined {
  const chance = new Chance(seed, 'locks');
  if (!chance.happens(LOCKING)) return undefined;
  const losingStreak = chance.happens(0.5) ? { trades: chance.whole(3, 6), lockMs: 5 * MINUTE_MS } : undefined;
  return { cooldownAfterStopMs: chance.whole(1, 10) * MINUTE_MS, losingStreak };
}
