/** The hard limits of the account. Every one is set: a missing limit would deny. What each one holds: server/risk/controls. */
import type { AssetSymbol } from './ids.ts';
import type { Money, Quantity } from './money.ts';

export interface Limits {
  readonly maxOrderNotional: Money;
  readonly maxPositionNotional: Money;
  readonly maxGrossExposure: Money;
  readonly maxOpenOrders: number;
  readonly maxOrdersPerMinute: number;
  readonly maxDailyLoss: Money;
  /** Age of the newest bar's end, in milliseconds of market time. */
  readonly maxPriceAgeMs: number;
  /** Of one order. */
  readonly maxOrderQuantity: Quantity;
  /** Distance of an order's price from the newest one, or from the middle of a fresh quote. */
  readonly maxPriceDeviationPercent: number;
  /** Of the volume of the last half hour. */
  readonly maxVolumePercent: number;
  readonly maxSpreadBasisPoints: number;
  /** A symbol without a fresh quote is not opened. */
  readonly requireQuote: boolean;
  /** Move of one bar, in standard deviations of the bars before it. */
  readonly maxMoveSigmas: number;
  readonly openingDelayMs: number;
  readonly closingCutoffMs: number;
  readonly haltCooloffMs: number;
  /** Gross exposure over equity. */
  readonly maxLeverage: number;
  /** The four of the equity. */
  readonly maxNetPercent: number;
  readonly maxConcentrationPercent: number;
  readonly maxSectorPercent: number;
  readonly maxClusterPercent: number;
  /** Of one day, in the worst fortieth of days, of the equity. */
  readonly maxShortfallPercent: number;
  /** Part of the broker's buying power that is left alone. */
  readonly buyingPowerReservePercent: number;
  /** Equity above the maintenance margin, of the equity. */
  readonly minMarginExcessPercent: number;
  /** Equity below which nothing is sold short. */
  readonly minShortEquity: Money;
  readonly maxCancelsPerMinute: number;
  /** Entries of one side of one symbol within half an hour. */
  readonly maxRepeatedOrders: number;
  readonly duplicateWindowMs: number;
  readonly maxWeeklyLoss: Money;
  /** Lost within five to ten minutes. */
  readonly maxQuickLoss: Money;
  readonly maxDrawdownPercent: number;
  /** Opening orders that ended with nothing filled, in a row. */
  readonly maxUnfilledOrders: number;
  readonly maxRejectedOrders: number;
  /** Age of the broker's newest statement. */
  readonly maxStatementAgeMs: number;
  readonly maxClockSkewMs: number;
  readonly maxLoopLagMs: number;
  /** A symbol that is not in here belongs to the sector of those that nobody knows. */
  readonly sectors: ReadonlyMap<AssetSymbol, string>;
}

const ENDLESS = 10n ** 30n;
const ANY = Number.MAX_SAFE_INTEGER;

/** No limit stands in the way but the money: an agent alone in a backtest, a bench that measures something else. */
export const WITHOUT_LIMITS: Limits = {
  maxOrderNotional: ENDLESS as Money,
  maxPositionNotional: ENDLESS as Money,
  maxGrossExposure: ENDLESS as Money,
  maxOpenOrders: ANY,
  maxOrdersPerMinute: ANY,
  maxDailyLoss: ENDLESS as Money,
  maxPriceAgeMs: ANY,
  maxOrderQuantity: ENDLESS as Quantity,
  maxPriceDeviationPercent: ANY,
  maxVolumePercent: ANY,
  maxSpreadBasisPoints: ANY,
  requireQuote: false,
  maxMoveSigmas: ANY,
  openingDelayMs: 0,
  closingCutoffMs: 0,
  haltCooloffMs: 0,
  maxLeverage: ANY,
  maxNetPercent: ANY,
  maxConcentrationPercent: ANY,
  maxSectorPercent: ANY,
  maxClusterPercent: ANY,
  maxShortfallPercent: ANY,
  buyingPowerReservePercent: -ANY,
  minMarginExcessPercent: -ANY,
  minShortEquity: -ENDLESS as Money,
  maxCancelsPerMinute: ANY,
  maxRepeatedOrders: ANY,
  duplicateWindowMs: 0,
  maxWeeklyLoss: ENDLESS as Money,
  maxQuickLoss: ENDLESS as Money,
  maxDrawdownPercent: ANY,
  maxUnfilledOrders: ANY,
  maxRejectedOrders: ANY,
  maxStatementAgeMs: ANY,
  maxClockSkewMs: ANY,
  maxLoopLagMs: ANY,
  sectors: new Map(),
};
