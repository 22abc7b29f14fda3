/** The limits of a simulated day: those in dollars and counts as ever, and a few of the others so tight that they refuse, on most days others. */
import { type Limits, WITHOUT_LIMITS } from '#server/domain/limits.ts';
import { parseMoney, parseQuantity } from '#server/domain/money.ts';
import { MINUTE_MS, SECOND_MS } from '#server/domain/time.ts';
import { Chance } from '../machine/chance.ts';

type Draw = (chance: Chance) => Partial<Limits>;

/** Of the account's worth, and of what holds together. */
const EXPOSURES: readonly Draw[] = [
  (chance) => ({ maxLeverage: chance.between(0.25, 0.7) }),
  (chance) => ({ maxNetPercent: chance.between(30, 90) }),
  (chance) => ({ maxConcentrationPercent: chance.between(10, 20) }),
  (chance) => ({ maxSectorPercent: chance.between(35, 90) }),
  (chance) => ({ maxClusterPercent: chance.between(35, 90) }),
  (chance) => ({ maxShortfallPercent: chance.between(2, 5) }),
  (chance) => ({ buyingPowerReservePercent: chance.between(10, 60) }),
  (chance) => ({ minMarginExcessPercent: chance.between(10, 60) }),
];

/** Of one order, and of the moment at which it is given. */
const MOMENTS: readonly Draw[] = [
  (chance) => ({ maxOrderQuantity: parseQuantity(String(chance.whole(40, 200))) }),
  (chance) => ({ maxMoveSigmas: chance.between(3, 8) }),
  (chance) => ({ maxSpreadBasisPoints: chance.between(5, 50), maxPriceDeviationPercent: chance.between(0.2, 3) }),
  (chance) => ({ openingDelayMs: chance.whole(1, 20) * MINUTE_MS, closingCutoffMs: chance.whole(1, 20) * MINUTE_MS }),
  (chance) => ({ haltCooloffMs: chance.whole(1, 10) * MINUTE_MS }),
  (chance) => ({ duplicateWindowMs: chance.whole(1, 120) * SECOND_MS }),
  (chance) => ({ maxStatementAgeMs: chance.whole(240, 900) * SECOND_MS }),
  (chance) => ({ maxClockSkewMs: chance.whole(500, 5_000), maxLoopLagMs: chance.whole(200, 2_000) }),
  (chance) => ({ maxCancelsPerMinute: chance.whole(2, 8) }),
  () => ({ minShortEquity: parseMoney('2000') }),
];

/** What closes the latch: rarer, because a day that stands still proves little. */
const LATCHING: readonly Draw[] = [
  (chance) => ({ maxQuickLoss: parseMoney(String(chance.whole(300, 2_000))) }),
  (chance) => ({ maxUnfilledOrders: chance.whole(3, 8), maxRejectedOrders: chance.whole(3, 8) }),
];
const LATCHES = 0.1;

/** The tight ones have a chance of their own, so that all else of the day stays as it was. */
export function drawLimits(seed: number, chance: Chance): Limits {
  const tight = new Chance(seed, 'limits');
  const drawn = [tight.pick(EXPOSURES), tight.pick(MOMENTS), ...(tight.happens(LATCHES) ? [tight.pick(LATCHING)] : [])];
  return {
    ...WITHOUT_LIMITS,
    maxOrderNotional: parseMoney('30000'),
    maxPositionNotional: parseMoney('30000'),
    maxGrossExposure: parseMoney(String(chance.pick([40_000, 60_000, 150_000]))),
    maxOpenOrders: chance.pick([3, 10, 50]),
    maxOrdersPerMinute: chance.pick([4, 30]),
    maxDailyLoss: parseMoney(String(chance.pick([4_000, 8_000, 50_000]))),
    maxPriceAgeMs: 15 * MINUTE_MS,
    ...Object.assign({}, ...drawn.map((draw) => draw(tight))),
  };
}
