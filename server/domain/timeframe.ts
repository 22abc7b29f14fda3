/** How long a bar is, by Alpaca's names: 1Min to 59Min, 1Hour to 23Hour, 1Day, 1Week, 1Month. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

export interface Timeframe {
  /** As Alpaca spells it: "5Min". */
  readonly name: string;
  /** Nominal length in milliseconds; days, weeks and months are longer or shorter where clocks change or markets close. */
  readonly ms: number;
}

const SPELLING = /^(\d{1,2})\s*(Min|T|m|Hour|H|h|Day|D|d|Week|W|w|Month|M)$/;

const UNITS: readonly { readonly spelt: readonly string[]; readonly name: string; readonly ms: number; readonly most: number }[] = [
  { spelt: ['Min', 'T', 'm'], name: 'Min', ms: MINUTE_MS, most: 59 },
  { spelt: ['Hour', 'H', 'h'], name: 'Hour', ms: HOUR_MS, most: 23 },
  { spelt: ['Day', 'D', 'd'], name: 'Day', ms: DAY_MS, most: 1 },
  { spelt: ['Week', 'W', 'w'], name: 'Week', ms: 7 * DAY_MS, most: 1 },
  { spelt: ['Month', 'M'], name: 'Month', ms: 30 * DAY_MS, most: 1 },
];

/** Reads "5Min", "5m", "1Hour", "1h", "1Day", "1d"; nothing when it is none. */
export function parseTimeframe(text: string): Timeframe | undefined {
  const match = SPELLING.exec(text.trim());
  const count = Number(match?.[1]);
  const unit = UNITS.find(({ spelt }) => spelt.includes(match?.[2] ?? ''));
  if (unit === undefined || count < 1 || count > unit.most) return undefined;
  return { name: `${count}${unit.name}`, ms: count * unit.ms };
}

export const MINUTE: Timeframe = { name: '1Min', ms: MINUTE_MS };
/** Whether a stream of minutes has to be put together for it. */
export const isLonger = ({ ms }: Timeframe): boolean => ms > MINUTE_MS;

export const DAY: Timeframe = { name: '1Day', ms: DAY_MS };
export const WEEK: Timeframe = { name: '1Week', ms: 7 * DAY_MS };
export const MONTH: Timeframe = { name: '1Month', ms: 30 * DAY_MS };
