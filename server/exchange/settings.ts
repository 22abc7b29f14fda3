/** Everything about the exchange that can be set, among it each fact on which Alpaca's documents leave a doubt. */
import { type Money, parseMoney } from '../domain/money.ts';

export interface ExchangeSettings {
  /** Decides ids and chance. */
  readonly seed: number;
  readonly cash: Money;
  /** 1 = cash account, 2 = Regulation T, 4 = intraday margin. */
  readonly multiplier: 1 | 2 | 4;
  readonly shortingEnabled: boolean;
  /** Half of the quoted spread in hundredths of a percent of the price. */
  readonly halfSpreadBps: number;
  /** Chance that an execution takes only part of what is left (paper: one in ten). */
  readonly partialFillChance: number;
  readonly cryptoTakerBasisPoints: number;
  /** The fee of a limit order that waited for its price. */
  readonly cryptoMakerBasisPoints: number;
  /** Older quotes trade nothing. */
  readonly maxQuoteAgeMs: number;
  /** What fires a stop: the last trade, or the far side of the quote. Alpaca does not say. */
  readonly stopTrigger: 'last' | 'quote';
  /** A fired buy stop becomes a limit 4 % (below $50) or 2.5 % above its stop price. */
  readonly buyStopCollar: boolean;
  /** A crypto market order becomes a limit so many percent away. */
  readonly cryptoCollarPercent: number;
  /** Whether dollars buy crypto at that limit, which leaves some of them unspent, or at the price of the fill. */
  readonly cryptoNotionalAtCollar: boolean;
  /** Whether a client order id must differ from all others ever, or only from those of open orders. */
  readonly clientOrderIds: 'unique' | 'uniqueAmongOpen';
  /** Whether a replacement's quantity counts what its predecessor filled. Alpaca has been seen to do the other. */
  readonly replaceQuantity: 'total' | 'fresh';
  /** Answer to the second cancel of one order. */
  readonly repeatedCancel: 'refuse' | 'accept';
  /** Whether a held stop-loss leg is listed among open orders without `nested`. */
  readonly listHeldLegs: boolean;
  /** GTC and extended-hours orders: older documents allow DAY only. */
  readonly extendedHoursGtc: boolean;
  /** The extended hours, in minutes after New York's midnight; that of half days Alpaca's documents leave open. */
  readonly preMarketOpensMinute: number;
  readonly afterHoursCloseMinute: number;
  readonly halfDayAfterHoursCloseMinute: number;
  /** Whether extended-hours orders trade from 20:00 to 04:00 before a session, too. */
  readonly overnightTrading: boolean;
  /** Whether orders are checked against one's own orders of the other side. */
  readonly washTradeCheck: boolean;
  /** What a day's profit in the portfolio history is measured from: Alpaca's text says one, its examples show the other. */
  readonly dailyProfit: 'fromBase' | 'fromDayBefore';
  /** Finished orders that can still be asked for, about so many; older ones are forgotten. 0 keeps all. */
  readonly keepFinishedOrders: number;
  /** Whether SEC, TAF and CAT fees are taken as from a live account; paper takes none. */
  readonly regulatoryFees: 'none' | 'live';
  /** What becomes of open orders in a forward split; in a reverse split they are canceled. */
  readonly splitOrders: 'adjust' | 'cancel';
  /** Whether a cash dividend lowers the prices of open buy limits and sell stops by its amount. */
  readonly dividendsLowerOrders: boolean;
  /** Status of that refusal: 403 by most reports, 422 by one. */
  readonly washTradeStatus: 403 | 422;
  /** Status of the refusal of a part of a share that can not be divided. */
  readonly notFractionableStatus: 403 | 422;
  /** Whether parts of shares trade in the extended hours: a fact about each asset, here the same of all. */
  readonly fractionalExtendedHours: boolean;
  /** What the list of assets has when no class is asked for: stocks by the documents. */
  readonly assetsWithoutClass: 'us_equity' | 'all';
  /** Decimals of an order in dollars: nine by the documents, two by a report. */
  readonly notionalDecimals: 2 | 9;
  /** When DAY orders of the session end: with it, or (as one report has it) with the extended hours. */
  readonly dayOrdersExpire: 'close' | 'evening';
  /** Time in force of the orders that close a position. */
  readonly equityCloseTimeInForce: 'day' | 'gtc';
  readonly cryptoCloseTimeInForce: 'gtc' | 'ioc';
  /** Whether account and configurations still have the pattern-day-trader fields that went in July 2026. */
  readonly legacyDayTrading: boolean;
  /** Whether a long position may be opened while an order that opens a short one is waiting, and the other way round. */
  readonly oppositeOpenings: 'refuse' | 'allow';
  /** Whether each quote and trade is published, or only bars and trade updates. */
  readonly publishTicks: boolean;
  /** Start again after the last bar, some whole weeks later. */
  readonly loop: boolean;
  /** The free plan may not ask for SIP data of the last fifteen minutes. */
  readonly dataPlan: 'free' | 'unlimited';
  /** Chance that a stock's minute has a late, corrected or canceled trade, and so an updated bar. */
  readonly tapeErrorChance: number;
}

export const DEFAULT_SETTINGS: ExchangeSettings = {
  seed: 1,
  cash: parseMoney('100000'),
  multiplier: 2,
  shortingEnabled: true,
  halfSpreadBps: 1,
  partialFillChance: 0.1,
  cryptoTakerBasisPoints: 25,
  cryptoMakerBasisPoints: 15,
  maxQuoteAgeMs: 600_000,
  stopTrigger: 'last',
  buyStopCollar: true,
  cryptoCollarPercent: 2,
  cryptoNotionalAtCollar: true,
  clientOrderIds: 'unique',
  replaceQuantity: 'total',
  repeatedCancel: 'refuse',
  listHeldLegs: false,
  extendedHoursGtc: true,
  preMarketOpensMinute: 4 * 60,
  afterHoursCloseMinute: 20 * 60,
  halfDayAfterHoursCloseMinute: 17 * 60,
  overnightTrading: false,
  washTradeCheck: true,
  washTradeStatus: 403,
  notFractionableStatus: 422,
  fractionalExtendedHours: true,
  assetsWithoutClass: 'us_equity',
  notionalDecimals: 9,
  dayOrdersExpire: 'close',
  equityCloseTimeInForce: 'day',
  cryptoCloseTimeInForce: 'gtc',
  legacyDayTrading: false,
  oppositeOpenings: 'refuse',
  regulatoryFees: 'none',
  splitOrders: 'adjust',
  dividendsLowerOrders: true,
  dailyProfit: 'fromBase',
  keepFinishedOrders: 250_000,
  publishTicks: true,
  loop: false,
  dataPlan: 'unlimited',
  tapeErrorChance: 0,
};
