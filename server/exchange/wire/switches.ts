/** Every switch of the exchange by name: what it may be, what it usually is, and a line on what it does. */
import { z } from 'zod';
import { DEFAULT_SETTINGS, type ExchangeSettings } from '../settings.ts';

/** These have flags of their own, or are for those who call the core without a wire. */
type Apart = 'seed' | 'cash' | 'loop' | 'publishTicks';
type CoreName = Exclude<keyof ExchangeSettings, Apart>;
type SwitchOf<Name extends CoreName> = z.ZodType<ExchangeSettings[Name]>;

const usual = DEFAULT_SETTINGS;
const DAY_MINUTES = 24 * 60;
const HOUR_MS = 3_600_000;
const MEGABYTE = 1_048_576;
const MOST_ORDERS = 10_000_000;

const is = <Name extends CoreName>(name: Name, help: string) =>
  z
    .boolean()
    .default(usual[name] as boolean)
    .describe(help);
const of = <Name extends CoreName, const Values extends readonly (string | number)[]>(name: Name, values: Values, help: string) =>
  z
    .literal([...values] as Values[number][])
    .default(usual[name] as Values[number])
    .describe(help);
const from = (name: CoreName, least: number, most: number, help: string) =>
  z
    .number()
    .min(least)
    .max(most)
    .default(usual[name] as number)
    .describe(help);
const whole = (name: CoreName, least: number, most: number, help: string) =>
  z
    .int()
    .min(least)
    .max(most)
    .default(usual[name] as number)
    .describe(help);

/** What the core takes; `settings.ts` says which of them Alpaca's documents leave open. */
const core = {
  multiplier: of('multiplier', [1, 2, 4], 'margin: 1 cash account, 2 Regulation T, 4 intraday'),
  shortingEnabled: is('shortingEnabled', 'whether the account may sell short'),
  partialFillChance: from('partialFillChance', 0, 1, 'chance that an execution takes only a part'),
  halfSpreadBps: from('halfSpreadBps', 0, 1_000, 'half of a derived spread, hundredths of a percent of the price'),
  cryptoTakerBasisPoints: from('cryptoTakerBasisPoints', 0, 1_000, 'crypto fee, hundredths of a percent of what is credited'),
  cryptoMakerBasisPoints: from('cryptoMakerBasisPoints', 0, 1_000, 'the fee of a limit order that waited for its price'),
  maxQuoteAgeMs: whole('maxQuoteAgeMs', 1_000, 30 * 24 * HOUR_MS, 'older quotes trade nothing'),
  stopTrigger: of('stopTrigger', ['last', 'quote'], 'what fires a stop: the last trade, or the far side of the quote'),
  buyStopCollar: is('buyStopCollar', 'whether a fired buy stop becomes a limit 4 % or 2.5 % above its stop'),
  cryptoCollarPercent: from('cryptoCollarPercent', 0, 100, 'a crypto market order becomes a limit so many percent away'),
  cryptoNotionalAtCollar: is('cryptoNotionalAtCollar', 'whether dollars buy crypto at that limit, so that some are not spent'),
  clientOrderIds: of('clientOrderIds', ['unique', 'uniqueAmongOpen'], 'among which orders a client order id must be unique'),
  replaceQuantity: of('replaceQuantity', ['total', 'fresh'], 'whether the qty of a replacement counts what was filled before'),
  repeatedCancel: of('repeatedCancel', ['refuse', 'accept'], 'the second cancel of an order: 422 or 204'),
  listHeldLegs: is('listHeldLegs', 'whether held legs are listed as open without nested=true'),
  extendedHoursGtc: is('extendedHoursGtc', 'whether extended hours take GTC limits beside DAY ones'),
  preMarketOpensMinute: whole('preMarketOpensMinute', 0, 570, "minutes after New York's midnight"),
  afterHoursCloseMinute: whole('afterHoursCloseMinute', 960, DAY_MINUTES, "minutes after New York's midnight"),
  halfDayAfterHoursCloseMinute: whole('halfDayAfterHoursCloseMinute', 780, DAY_MINUTES, "minutes after New York's midnight"),
  overnightTrading: is('overnightTrading', 'whether extended-hours orders trade from 20:00 to 04:00'),
  washTradeCheck: is('washTradeCheck', "whether orders are checked against one's own of the other side"),
  washTradeStatus: of('washTradeStatus', [403, 422], 'status of that refusal'),
  notFractionableStatus: of('notFractionableStatus', [403, 422], 'status for a part of a share that can not be divided'),
  fractionalExtendedHours: is('fractionalExtendedHours', 'whether parts of shares trade in the extended hours'),
  assetsWithoutClass: of('assetsWithoutClass', ['us_equity', 'all'], 'what GET /v2/assets lists without asset_class'),
  notionalDecimals: of('notionalDecimals', [2, 9], 'decimals of an order in dollars'),
  dayOrdersExpire: of('dayOrdersExpire', ['close', 'evening'], 'when DAY orders of the session end'),
  equityCloseTimeInForce: of('equityCloseTimeInForce', ['day', 'gtc'], 'of the order that closes a position'),
  cryptoCloseTimeInForce: of('cryptoCloseTimeInForce', ['gtc', 'ioc'], 'of the order that closes a position'),
  oppositeOpenings: of('oppositeOpenings', ['refuse', 'allow'], 'opening a long while an order opens a short, and the other way round'),
  regulatoryFees: of('regulatoryFees', ['none', 'live'], 'SEC, TAF and CAT fees: paper takes none'),
  splitOrders: of('splitOrders', ['adjust', 'cancel'], 'what becomes of open orders in a forward split'),
  dividendsLowerOrders: is('dividendsLowerOrders', 'whether a cash dividend lowers open buy limits and sell stops'),
  dailyProfit: of('dailyProfit', ['fromBase', 'fromDayBefore'], "what the portfolio history's daily profit is measured from"),
  legacyDayTrading: is('legacyDayTrading', 'the pattern-day-trader fields that went in July 2026'),
  dataPlan: of('dataPlan', ['free', 'unlimited'], 'free: no recent SIP data, 30 symbols on /v2/iex, no SIP or overnight stream'),
  tapeErrorChance: from('tapeErrorChance', 0, 1, "chance that a stock's minute has a late, corrected or canceled trade"),
  keepFinishedOrders: whole('keepFinishedOrders', 0, MOST_ORDERS, 'how many finished orders can still be asked for; 0 keeps all'),
} satisfies { [Name in CoreName]: SwitchOf<Name> };

/** What the servers take. */
const wire = {
  tradeUpdateFrames: z.literal(['binary', 'text']).default('binary').describe('frames of /stream: paper sends binary ones, live text'),
  tradingConnections: z.int().min(0).max(10_000).default(0).describe('connections to /stream at once; 0 is no limit'),
  dataConnections: z.int().min(1).max(10_000).default(1).describe('connections to each market-data stream at once'),
  streamAuthMs: z.int().min(10).max(HOUR_MS).default(10_000).describe('how long a stream waits for its client to say who it is'),
  streamWaitingBytes: z
    .int()
    .min(1_024)
    .max(1_024 * MEGABYTE)
    .default(16 * MEGABYTE)
    .describe('bytes that wait for a listener before it is told that it is slow'),
};

export const switches = z.strictObject({ ...core, ...wire });

export type Switches = z.output<typeof switches>;

/** The core's part of them. */
export function settingsOf(all: Switches): Pick<ExchangeSettings, CoreName> {
  const names = Object.keys(core) as CoreName[];
  return Object.fromEntries(names.map((name) => [name, all[name]])) as unknown as Pick<ExchangeSettings, CoreName>;
}

/** The servers' part of them. */
export const streamOptionsOf = (all: Switches) => ({
  tradeUpdateFrames: all.tradeUpdateFrames,
  maxTradingConnections: all.tradingConnections,
  maxDataConnections: all.dataConnections,
  dataStreams: { plan: all.dataPlan, authWithinMs: all.streamAuthMs, maxWaitingBytes: all.streamWaitingBytes },
});

/** Those of the core that are not as usual: they must be the same for a state to go on. */
export function unusual(all: Switches): Partial<ExchangeSettings> {
  const chosen = Object.entries(settingsOf(all)).filter(([name, value]) => value !== usual[name as CoreName]);
  return Object.fromEntries(chosen);
}
