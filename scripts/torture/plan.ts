/** What the tortured daemon trades: as often as it can, with every kind of order under way, and never held back by a limit. */

export const SYMBOLS = ['AAPL', 'MSFT', 'AMZN', 'JPM', 'BTC/USD', 'ETH/USD'] as const;
/** Market seconds in a second of the wall: ten bars of each symbol a second. */
export const SPEED = 600;
export const CASH = '10000000';
/** Stocks and pairs out of thin air, by the seed. */
export const BARS = 'random:AAPL+MSFT+AMZN+JPM+BTC/USD+ETH/USD:20';

/** Changes its mind at nearly every bar. */
const nervous = (id: string) => [{ id, agent: 'ma-cross', config: { fast: 1, slow: 2 } }];

export const configuration = (exchangeUrl: string) => ({
  mode: 'demo',
  logLevel: 'debug',
  demo: { exchangeUrl },
  reconcileEveryMs: 1_000,
  kill: { coolDownMs: 0 },
  feed: { warmUpBars: 5 },
  portfolios: [
    {
      id: 'crossing',
      symbols: ['AAPL', 'MSFT'],
      mayShort: true,
      capitalFraction: 0.01,
      sizing: { fraction: 0.3 },
      deployments: nervous('cross'),
    },
    {
      id: 'guarded',
      symbols: ['AMZN', 'JPM'],
      mayShort: true,
      capitalFraction: 0.01,
      sizing: { fraction: 0.3 },
      exits: { stopLoss: { percent: 0.2 }, takeProfit: { percent: 0.2 } },
      deployments: nervous('guarded-cross'),
    },
    { id: 'coins', symbols: ['BTC/USD'], capitalFraction: 0.01, sizing: { fraction: 0.3 }, deployments: nervous('coin-cross') },
    {
      id: 'guarded-coins',
      symbols: ['ETH/USD'],
      capitalFraction: 0.01,
      sizing: { fraction: 0.3 },
      exits: { stopLoss: { percent: 0.3 }, takeProfit: { percent: 0.3 } },
      deployments: nervous('guarded-coin-cross'),
    },
  ],
  limits: {
    maxOrderNotional: '1000000',
    maxPositionNotional: '1000000',
    maxGrossExposure: '9000000',
    maxOpenOrders: 1_000,
    maxOrdersPerMinute: 1_000,
    maxDailyLoss: '9000000',
    maxPriceAgeMs: 3_600_000,
    // Whatever the market does meanwhile, it goes on trading: what stands in its way are the disasters.
    ...{
      maxConcentrationPercent: 400,
      maxSectorPercent: 400,
      maxClusterPercent: 400,
      maxNetPercent: 400,
      maxShortfallPercent: 400,
      maxLeverage: 4,
    },
    ...{ maxWeeklyLoss: '9000000', maxQuickLoss: '9000000', maxDrawdownPercent: 100, maxVolumePercent: 10_000, maxMoveSigmas: 1_000 },
    ...{ maxRepeatedOrders: 1_000, maxCancelsPerMinute: 1_000, maxUnfilledOrders: 1_000, maxRejectedOrders: 1_000, duplicateWindowMs: 0 },
    ...{ maxStatementAgeMs: 31_536_000_000, maxClockSkewMs: 3_600_000, maxLoopLagMs: 60_000, minMarginExcessPercent: 0 },
    ...{ buyingPowerReservePercent: 0, minShortEquity: '0', closingCutoffMinutes: 0 },
  },
});
