/** What the configuration says about the hard limits. Every one has a default that is careful for an account of some tens of thousands of dollars. */
import { z } from 'zod';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { Limits } from '#server/domain/limits.ts';
import { type Quantity, UNIT } from '#server/domain/money.ts';
import { GIVEN_COUNTS_MS } from '#server/domain/risk-state.ts';
import { MINUTE_MS } from '#server/domain/time.ts';
import { sectorsOf } from './sectors.ts';
import { limit } from './values.ts';

const percent = (most: number) => z.number().gt(0).max(most);
const count = z.int().min(1).max(1000);
const milliseconds = (most: number) => z.int().min(0).max(most);

const YEAR_MS = 31_536_000_000;

const erroneous = {
  maxOrderNotional: limit.prefault('1000').describe('dollars of one order'),
  maxOrderQuantity: z.int().min(1).max(1_000_000_000).default(10_000).describe('shares or coins of one order'),
  maxPriceDeviationPercent: percent(100)
    .default(3)
    .describe("how far an order's price may lie from the newest one and from the middle of a fresh quote, in percent"),
  duplicateWindowMs: milliseconds(3_600_000).default(5000).describe('market time in which the same order of a symbol is not given again'),
  maxRepeatedOrders: count
    .default(6)
    .describe('entries of one side of one symbol within half an hour; at one more the symbol is closed until an operator releases it'),
};

const exposure = {
  maxPositionNotional: limit.prefault('5000').describe('dollars of one position'),
  maxGrossExposure: limit.prefault('20000').describe('dollars of all positions, long and short added up'),
  maxLeverage: z.number().gt(0).max(4).default(1).describe('all positions, long and short added up, over the equity'),
  maxNetPercent: percent(400).default(100).describe('long less short, in percent of the equity'),
  maxConcentrationPercent: percent(400).default(25).describe('one symbol, in percent of the equity'),
  maxSectorPercent: percent(400).default(50).describe('one sector, in percent of the equity'),
  maxClusterPercent: percent(400)
    .default(60)
    .describe('symbols that move together, in percent of the equity; what is not known to move apart counts as together'),
  maxShortfallPercent: percent(400)
    .default(5)
    .describe('mean loss of the worst fortieth of days, in percent of the equity, as far as the volatility of the past tells'),
  maxVolumePercent: percent(10_000).default(5).describe('stocks: an order, in percent of the volume of the last thirty bars'),
  buyingPowerReservePercent: z
    .number()
    .min(0)
    .max(99)
    .default(10)
    .describe("part of the broker's buying power that is left alone, in percent"),
  minMarginExcessPercent: z
    .number()
    .min(0)
    .max(99)
    .default(10)
    .describe('equity that must be left above the maintenance margin, in percent of the equity'),
  minShortEquity: limit.prefault('2000').describe('equity in dollars below which nothing is sold short'),
};

const rates = {
  maxOpenOrders: count.default(20).describe('orders that may be open at a time'),
  maxOrdersPerMinute: count.default(20).describe('opening orders within a minute of market time'),
  maxCancelsPerMinute: count.default(30).describe('cancels within a minute of market time beyond which nothing is opened'),
  maxUnfilledOrders: count
    .default(10)
    .describe('entries in a row that ended with nothing filled, after which nothing is opened until a release'),
  maxRejectedOrders: count.default(5).describe('entries in a row that the broker refused, after which nothing is opened until a release'),
};

const losses = {
  maxDailyLoss: limit.prefault('500').describe('dollars lost in a session after which nothing is opened'),
  maxWeeklyLoss: limit.prefault('1000').describe('dollars lost in a week after which opening orders are cancelled too'),
  maxQuickLoss: limit.prefault('400').describe('dollars lost within five to ten minutes after which opening orders are cancelled too'),
  maxDrawdownPercent: percent(100)
    .default(8)
    .describe('fall of the value of a unit from its peak, in percent, after which opening orders are cancelled too'),
};

const market = {
  maxPriceAgeMs: z.int().min(1000).max(86_400_000).default(120_000).describe('age of the last bar beyond which nothing is opened'),
  maxSpreadBasisPoints: percent(10_000).default(50).describe('spread of a fresh quote, in hundredths of a percent'),
  requireQuote: z.boolean().default(false).describe('a symbol without a fresh quote is not opened; wants `feed.quotes`'),
  maxMoveSigmas: percent(1000).default(8).describe('move of the last bar, in standard deviations of those before it'),
  openingDelayMinutes: z.int().min(0).max(390).default(0).describe('minutes after the open in which no stock is opened'),
  closingCutoffMinutes: z.int().min(0).max(390).default(1).describe('minutes before the close in which no stock is opened'),
  haltCooloffMs: milliseconds(3_600_000).default(30_000).describe('time after a trading halt in which its symbol is not opened'),
};

const health = {
  // As long as the broker's word on buying power counts: who allows an older statement goes without that control.
  maxStatementAgeMs: milliseconds(YEAR_MS)
    .default(GIVEN_COUNTS_MS)
    .describe("age of the broker's newest statement, in market time, beyond which nothing is opened"),
  maxClockSkewMs: milliseconds(3_600_000).default(2000).describe("difference to the broker's clock beyond which nothing is opened"),
  maxLoopLagMs: milliseconds(60_000).default(1000).describe('lateness of the own timers beyond which nothing is opened'),
};

export const limits = z.strictObject({ ...erroneous, ...exposure, ...rates, ...losses, ...market, ...health });

/** As the engine reads them, with the sectors of the symbols that are traded. */
export function limitsOf(settings: z.output<typeof limits>, symbols: readonly AssetSymbol[]): Limits {
  const { openingDelayMinutes, closingCutoffMinutes, maxOrderQuantity, ...others } = settings;
  return {
    ...others,
    maxOrderQuantity: (BigInt(maxOrderQuantity) * UNIT) as Quantity,
    openingDelayMs: openingDelayMinutes * MINUTE_MS,
    closingCutoffMs: closingCutoffMinutes * MINUTE_MS,
    sectors: sectorsOf(symbols),
  };
}
