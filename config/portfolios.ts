/** What the configuration says about portfolios, their agents and the fees: with the limits, the part that the plan of a run is made of. */
import { z } from 'zod';
import { timeframeFault } from '#server/agents/agent.ts';
import { agents } from '#server/agents/registry.ts';
import { parseTimeframe } from '#server/domain/timeframe.ts';
import { sizing, sizingFault } from './sizing.ts';
import { name, ratio, share, timeframe } from './values.ts';

const SYMBOL = /^(?:[A-Z]{1,5}(?:\.[A-Z]{1,2})?|[A-Z0-9]{2,10}\/[A-Z]{3,5})$/;

/** One shape for each agent, so that a wrong agent setting is named with its whole path. */
const [first, ...others] = Object.values(agents).map((kind) =>
  z
    .strictObject({
      id: name.describe('unique name of this agent at work'),
      agent: z.literal(kind.name).describe('which one, see below'),
      weight: z.number().gt(0).max(1000).default(1).describe('weight of its vote among the agents of the portfolio'),
      timeframe: timeframe('1Min').describe('how long the bars are that it sees, `1Min` to `1Day`'),
      config: kind.schema.prefault({}),
    })
    .superRefine((deployment, context) => {
      const bars = parseTimeframe(deployment.timeframe);
      const message = bars === undefined ? undefined : timeframeFault(kind, bars);
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['timeframe'], message });
    }),
);
if (first === undefined) throw new RangeError('the registry has no agents');
const deployment = z.discriminatedUnion('agent', [first, ...others]);

const blend = z.strictObject({
  enterAt: share.default(0.3).describe('score from which a position is entered'),
  exitBelow: ratio.default(0.1).describe('score below which it is left'),
  minAgreement: ratio.default(0.6).describe('share of the votes that must point the same way'),
  minQuorum: ratio.default(0.5).describe('share of the weights that must have voted'),
});

/** One of both: percent of a price, or a multiple of the average true range when the position began. */
const distance = (what: string, mostPercent: number) =>
  z
    .strictObject({
      percent: z.number().gt(0).max(mostPercent).optional().describe(`${what}, in percent`),
      atr: z.number().gt(0).max(100).optional().describe(`${what}, in average true ranges when the position began`),
    })
    .refine(({ percent, atr }) => (percent === undefined) !== (atr === undefined), { message: 'must have either percent or atr' })
    .optional();

const GAIN = 'gain after which the stop moves to the entry price';

const breakEven = z
  .strictObject({
    percent: z.number().gt(0).max(1000).optional().describe(`${GAIN}, in percent`),
    atr: z.number().gt(0).max(100).optional().describe(`${GAIN}, in average true ranges when the position began`),
    risk: z.number().gt(0).max(100).optional().describe(`${GAIN}, in distances of the first stop`),
    offsetPercent: z
      .number()
      .min(-50)
      .max(50)
      .default(0)
      .describe('how far beyond the entry price the stop is then, in percent of it; below zero before it'),
  })
  .refine(({ percent, atr, risk }) => [percent, atr, risk].filter((one) => one !== undefined).length === 1, {
    message: 'must have one of percent, atr and risk',
  })
  .refine(({ percent, offsetPercent }) => percent === undefined || offsetPercent < percent, {
    message: 'its offset must be smaller than its percent',
  })
  .optional();

const exits = z.strictObject({
  stopLoss: distance('loss from the entry price at which a position is left', 99),
  takeProfit: distance('gain on the entry price at which a position is left', 1000),
  trailingStop: distance('what a position may give back from its best price', 99),
  breakEven,
  timeStopMinutes: z.int().min(1).max(525_600).optional().describe('minutes of market time after which a position is left'),
  atrPeriod: z.int().min(1).max(500).default(14).describe('bars of the average true range'),
  atrTimeframe: timeframe('1Min').describe('how long those bars are, `1Min` to `1Day`'),
  stopLimitPercent: z
    .number()
    .min(0)
    .max(50)
    .default(2)
    .describe('crypto: how far the limit of a stop-limit lies behind its stop, in percent'),
});

const MOST_MINUTES = 525_600;
const minutes = z.int().min(1).max(MOST_MINUTES);

const locks = z
  .strictObject({
    cooldownAfterStopMinutes: minutes
      .optional()
      .describe('minutes of market time for which a symbol is left alone after a stop closed it at a loss'),
    losingStreak: z.int().min(2).max(100).optional().describe('losses in a row after which the portfolio opens nothing for some time'),
    losingStreakMinutes: minutes.default(1440).describe('how long that is, in minutes of market time'),
  })
  .prefault({});

export const portfolio = z
  .strictObject({
    id: name.describe('unique name of the portfolio'),
    symbols: z
      .array(z.string().regex(SYMBOL, 'must be a stock such as "AAPL" or a pair such as "BTC/USD"'))
      .min(1)
      .max(200)
      .describe('what it trades; a symbol belongs to one portfolio only'),
    capitalFraction: share.default(1).describe("part of the account's equity that it sizes on"),
    mayShort: z.boolean().default(false).describe('whether it may sell what it does not have'),
    sizing: sizing.prefault({}),
    blend: blend.prefault({}),
    exits: exits.prefault({}),
    locks,
    deployments: z.array(deployment).min(1).max(50).describe('its agents'),
  })
  .superRefine((one, context) => {
    const { stopLoss, trailingStop, breakEven: even } = one.exits;
    const hasStop = stopLoss !== undefined || trailingStop !== undefined;
    const fault = sizingFault(one.sizing, hasStop);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['sizing', fault.key], message: fault.message });
    if (even?.risk !== undefined && !hasStop)
      context.addIssue({ code: 'custom', path: ['exits', 'breakEven', 'risk'], message: 'needs exits.stopLoss or exits.trailingStop' });
  });

export const fees = z.strictObject({
  cryptoTakerBasisPoints: z.number().min(0).max(1000).default(25).describe('fee of a crypto fill, in hundredths of a percent'),
  cryptoMakerBasisPoints: z.number().min(0).max(1000).default(15).describe('the same of a limit order, which waits for its price'),
});
