/** The flags of `tradar backtest`, and what they mean. */

import {
  COMMISSION_SPELLINGS,
  FILL_SPELLINGS,
  parseCommission,
  parseFillModel,
  parseSlippage,
  SLIPPAGE_SPELLINGS,
} from '#server/backtest/models.ts';
import { DEFAULT_FILL, type FillSettings } from '#server/backtest/request.ts';
import { HOURS, type Hours } from '#server/backtest/trading-hours.ts';
import { ADJUSTMENTS } from '#server/domain/adjustment.ts';
import { type Money, parseMoney } from '#server/domain/money.ts';
import { parseTimeframe, type Timeframe } from '#server/domain/timeframe.ts';
import { parseStamp } from '#server/exchange/stamp.ts';
import { misuse } from './failure.ts';
import { METRIC_FLAGS } from './metric-terms.ts';
import type { Call, Flag } from './verb.ts';

export const BACKTEST_FLAGS: Readonly<Record<string, Flag>> = {
  agent: { type: 'text', value: 'NAME', help: 'one agent alone, on every symbol; "tradar agents" has them' },
  'agent-file': { type: 'text', value: 'FILE', help: 'an agent of your own in place of --agent; docs/agents.md has the contract' },
  set: { type: 'text', value: 'NAME=VALUE', repeats: true, help: 'a parameter of the agent; the others keep their defaults' },
  plan: { type: 'text', value: 'FILE', help: 'JSON with portfolios, and perhaps limits and fees, as in the configuration' },
  orders: { type: 'text', value: 'FILE', help: 'CSV of scripted orders: no agents, no limits' },
  list: { type: 'switch', help: 'every agent with its parameters' },
  bars: { type: 'text', value: '[SYMBOL=]FILE', repeats: true, help: 'CSV of bars, gzipped when it ends in .gz; once for each symbol' },
  symbols: { type: 'text', value: 'A,B', help: 'stored bars of these, in place of --bars; "tradar data list" has them' },
  adjustment: {
    type: 'text',
    value: ADJUSTMENTS.join('|'),
    help: '--symbols: as traded (default), or restated for splits, or for dividends too',
  },
  from: { type: 'text', value: 'TIME', help: 'first bar: a date, or a time in ISO 8601' },
  to: { type: 'text', value: 'TIME', help: 'bars that begin before this' },
  timeframe: { type: 'text', value: '5Min', help: 'longer bars are made of shorter ones; otherwise what the file has, or what is stored' },
  cash: { type: 'text', value: 'DOLLARS', help: 'at the beginning; default 100000' },
  fraction: { type: 'text', value: 'PART', help: '--agent: part of the equity in each entry; default 0.95, divided by the symbols' },
  short: { type: 'switch', help: '--agent: it may sell short' },
  fill: { type: 'text', value: 'MODEL', help: `${FILL_SPELLINGS}; default nextOpen` },
  commission: { type: 'text', value: 'MODEL', help: COMMISSION_SPELLINGS },
  slippage: { type: 'text', value: 'MODEL', help: SLIPPAGE_SPELLINGS },
  'slip-beyond': { type: 'switch', help: "slippage may end beyond the bar's own high or low" },
  participation: { type: 'text', value: 'PART', help: "part of each bar's volume that may be ours: 0.1; default no cap" },
  delay: { type: 'text', value: 'BARS', help: 'bars that an order waits beyond the next one; default 0' },
  legs: { type: 'text', value: 'BAR', help: 'stops and targets given at a fill count from the entryBar (default) or the nextBar on' },
  trail: { type: 'text', value: 'BY', help: 'trailing stops follow each close (default) or each extreme' },
  leverage: { type: 'text', value: 'N', help: 'openings up to N times the equity; default 1: no purchase beyond the cash' },
  hours: { type: 'text', value: HOURS.join('|'), help: 'when the plan may open positions in stocks; default auto' },
  ...METRIC_FLAGS,
  html: { type: 'text', value: 'FILE', help: 'a report to look at: one file that needs nothing else' },
  out: { type: 'text', value: 'FOLDER', help: "the run's folder; otherwise one under runs/ in the home" },
};

const CASH = '100000';

/** A flag's text as something, or wrong usage. */
export function reading<Value>(call: Call, flag: string, parse: (text: string) => Value | undefined, spellings: string): Value | undefined {
  const text = call.text(flag);
  if (text === undefined) return undefined;
  const value = parse(text);
  if (value === undefined) throw misuse(`--${flag} ${text} is not possible here`, `give ${spellings}`);
  return value;
}

const oneOf =
  <Word extends string>(words: readonly Word[]) =>
  (text: string): Word | undefined =>
    words.find((word) => word === text);

const numberIn =
  (least: number, most: number, isWhole = false) =>
  (text: string): number | undefined => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return value >= least && value <= most && (!isWhole || Number.isInteger(value)) ? value : undefined;
  };

const amount = (text: string): Money | undefined =>
  /^\d{1,12}(?:\.\d{1,9})?$/.test(text) && Number(text) > 0 ? parseMoney(text) : undefined;

export const cashOf = (call: Call): Money => reading(call, 'cash', amount, 'dollars as a decimal: --cash 25000') ?? parseMoney(CASH);

export const fractionOf = (call: Call): number | undefined =>
  reading(call, 'fraction', numberIn(1e-9, 1), 'a part of the equity above 0, at most 1');

export const hoursOf = (call: Call): Hours => reading(call, 'hours', oneOf(HOURS), HOURS.join(', ')) ?? 'auto';

export const timeframeOf = (call: Call): Timeframe | undefined =>
  reading(call, 'timeframe', parseTimeframe, '1Min to 59Min, 1Hour to 23Hour, 1Day, 1Week or 1Month');

export interface Range {
  readonly from: number;
  readonly to: number;
}

export function rangeOf(call: Call): Range {
  const spelling = 'a date as 2024-01-31, or a time as 2024-01-31T14:30:00Z';
  const from = reading(call, 'from', parseStamp, spelling) ?? Number.NEGATIVE_INFINITY;
  const to = reading(call, 'to', parseStamp, spelling) ?? Number.POSITIVE_INFINITY;
  if (from >= to) throw misuse('--from is not before --to', 'give a range that has some time in it');
  return { from, to };
}

export function fillSettingsOf(call: Call): FillSettings {
  return {
    model: reading(call, 'fill', parseFillModel, FILL_SPELLINGS) ?? DEFAULT_FILL.model,
    commission: reading(call, 'commission', parseCommission, COMMISSION_SPELLINGS) ?? DEFAULT_FILL.commission,
    slippage: reading(call, 'slippage', parseSlippage, SLIPPAGE_SPELLINGS) ?? DEFAULT_FILL.slippage,
    slipsBeyondBar: call.has('slip-beyond'),
    maxParticipation: reading(call, 'participation', numberIn(1e-9, 1), 'a part of the volume above 0, at most 1'),
    delayBars: reading(call, 'delay', numberIn(0, 1_000_000, true), 'a whole number of bars') ?? DEFAULT_FILL.delayBars,
    legsFrom: reading(call, 'legs', oneOf(['entryBar', 'nextBar'] as const), 'entryBar or nextBar') ?? DEFAULT_FILL.legsFrom,
    trailBy: reading(call, 'trail', oneOf(['close', 'extreme'] as const), 'close or extreme') ?? DEFAULT_FILL.trailBy,
    leverage: reading(call, 'leverage', numberIn(1, 1_000), 'a number from 1 to 1000') ?? DEFAULT_FILL.leverage,
  };
}
