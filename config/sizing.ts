/** What the configuration says about how large an entry is: one shape for each method, and the policy that the engine reads. */
import { z } from 'zod';
import type { MeasurePlan, SizingPolicy } from '#server/domain/sizing.ts';
import { limit, share, timeframe, timeframeOf } from './values.ts';

const percent = (least: number, most: number) => z.number().min(least).max(most);
const positivePercent = (most: number) => z.number().gt(0).max(most);

const atrPeriod = z.int().min(1).max(500).default(20).describe('bars of the average true range that the size goes by');
const atrTimeframe = timeframe('1Day').describe('how long those bars are, `1Min` to `1Day`');
const maxFraction = z
  .number()
  .gt(0)
  .max(10)
  .default(1)
  .describe('the largest part of the capital that an entry may be worth; above 1 is margin');
const gapAtr = percent(0, 20)
  .default(1)
  .describe('the stop counts as at least so many average true ranges away, for the gap behind it; 0: as it is');
const costPercent = percent(0, 10).default(0.1).describe('getting in and out, in percent of the price');

const unitRisk = { gapAtr, costPercent, atrPeriod, atrTimeframe, maxFraction };

const fixedFraction = z.strictObject({
  kind: z.literal('fixedFraction').default('fixedFraction').describe('each entry is worth a fixed part of the capital'),
  fraction: share.default(0.1).describe("that part of the portfolio's capital"),
});

const fixedRisk = z.strictObject({
  kind: z.literal('fixedRisk').describe('an entry loses a fixed part of the capital when its stop is hit'),
  riskPercent: positivePercent(5).default(0.5).describe('that part, in percent'),
  ...unitRisk,
});

const kelly = z.strictObject({
  kind: z.literal('kelly').describe("what is put at risk follows the portfolio's own closed trades"),
  multiplier: z.number().gt(0).max(0.5).default(0.25).describe("the part of Kelly's fraction that is taken"),
  minTrades: z.int().min(50).max(500).default(50).describe('closed trades below which `minRiskPercent` is put at risk'),
  minRiskPercent: positivePercent(2).default(0.25).describe('percent of the capital at risk while there are fewer'),
  maxRiskPercent: positivePercent(2).default(2).describe('percent of the capital at risk at most'),
  maxStepPercent: positivePercent(100).default(25).describe('by how much of itself the risk may rise a week, in percent'),
  maxTotalRiskPercent: positivePercent(20).default(6).describe('percent of the equity at risk in all that Kelly sizes, of all portfolios'),
  ...unitRisk,
});

const volatilityTarget = z.strictObject({
  kind: z.literal('volatilityTarget').describe('an entry swings by so much a year'),
  annualPercent: positivePercent(200).default(10).describe('that volatility, in percent of the capital a year'),
  floorPercent: positivePercent(200).default(8).describe('what was measured counts as at least this, in percent a year'),
  maxLeverage: z.number().gt(0).max(10).default(1).describe('the largest part of the capital that an entry may be worth'),
  decay: z.number().min(0.5).max(0.999).default(0.94).describe('what the variance keeps of itself at each return'),
  returns: z.int().min(5).max(500).default(20).describe('returns that the first variance is made of'),
  returnsTimeframe: timeframe('1Day').describe('how long the bars are that returns are taken of, `1Min` to `1Day`'),
});

const atrRisk = z.strictObject({
  kind: z.literal('atrRisk').describe('a move of so many average true ranges costs a fixed part of the capital'),
  riskPercent: positivePercent(5).default(1).describe('that part, in percent'),
  atr: z.number().gt(0).max(100).default(1).describe('the move, in average true ranges'),
  atrPeriod,
  atrTimeframe,
  maxFraction,
});

const equalWeight = z.strictObject({
  kind: z.literal('equalWeight').describe('the capital is shared out equally'),
  positions: z.int().min(1).max(200).optional().describe('among so many; nothing: one for each symbol of the portfolio'),
});

const fixedNotional = z.strictObject({
  kind: z.literal('fixedNotional').describe('each entry is worth so many dollars'),
  notional: limit.refine((money) => money > 0n, 'must be above zero').describe('those dollars'),
  maxFraction,
});

export const sizing = z
  .discriminatedUnion('kind', [fixedFraction, fixedRisk, kelly, volatilityTarget, atrRisk, equalWeight, fixedNotional])
  .describe('how large an entry is; each method has keys of its own, see below');

export type Sizing = z.output<typeof sizing>;

/** What two of its numbers must be to each other, and to the exits; the first complaint with its key. */
export function sizingFault(policy: Sizing, hasStop: boolean): { readonly key: string; readonly message: string } | undefined {
  if ((policy.kind === 'fixedRisk' || policy.kind === 'kelly') && !hasStop)
    return { key: 'kind', message: `${policy.kind} sizes by the distance of the stop: set exits.stopLoss or exits.trailingStop` };
  if (policy.kind === 'kelly' && policy.minRiskPercent > policy.maxRiskPercent)
    return { key: 'minRiskPercent', message: 'must not be above maxRiskPercent' };
  return undefined;
}

const rangeOf = ({ atrPeriod: period, atrTimeframe: name }: { atrPeriod: number; atrTimeframe: string }): MeasurePlan => ({
  kind: 'averageTrueRange',
  period,
  timeframe: timeframeOf(name),
  decay: 0,
});

export function sizingPolicy(policy: Sizing, symbols: number): SizingPolicy {
  switch (policy.kind) {
    case 'fixedFraction':
    case 'fixedNotional':
      return policy;
    case 'equalWeight':
      return { kind: policy.kind, positions: policy.positions ?? symbols };
    case 'fixedRisk': {
      const { kind, riskPercent, gapAtr: gapRanges, costPercent: cost, maxFraction: most } = policy;
      return { kind, riskPercent, gapRanges, costPercent: cost, maxFraction: most, measure: rangeOf(policy) };
    }
    case 'kelly': {
      const {
        kind,
        multiplier,
        minTrades,
        minRiskPercent,
        maxRiskPercent,
        maxStepPercent,
        maxTotalRiskPercent,
        gapAtr: gapRanges,
        costPercent: cost,
        maxFraction: most,
      } = policy;
      const record = { multiplier, minTrades, minRiskPercent, maxRiskPercent, maxStepPercent, maxTotalRiskPercent };
      return { kind, ...record, gapRanges, costPercent: cost, maxFraction: most, measure: rangeOf(policy) };
    }
    case 'atrRisk': {
      const { kind, riskPercent, atr: ranges, maxFraction: most } = policy;
      return { kind, riskPercent, ranges, maxFraction: most, measure: rangeOf(policy) };
    }
    case 'volatilityTarget': {
      const { kind, annualPercent, floorPercent, maxLeverage, decay, returns: period, returnsTimeframe } = policy;
      const measure = { kind: 'volatility', period, timeframe: timeframeOf(returnsTimeframe), decay } as const;
      return { kind, annualPercent, floorPercent, maxLeverage, measure };
    }
    default:
      return policy satisfies never;
  }
}
