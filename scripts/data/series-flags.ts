/** The flags by which the verbs of "tradar data" name series and times. */
import { allSeries } from '#server/adapters/bars/catalogue.ts';
import { ADJUSTMENTS, type Adjustment } from '#server/domain/adjustment.ts';
import { parseDate } from '#server/domain/civil-day.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import { newYorkInstant } from '#server/domain/new-york.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { parseTimeframe, type Timeframe } from '#server/domain/timeframe.ts';
import { parseAdjustment, parseSymbol, type SeriesKey } from '#server/history/series.ts';
import { Failure, misuse } from '../cli/failure.ts';
import type { Call, Flag } from '../cli/verb.ts';

export const SYMBOLS_FLAG: Flag = { type: 'text', value: 'A,B', help: 'symbols, separated by commas: AAPL,BTC/USD' };
export const TIMEFRAME_FLAG: Flag = { type: 'text', value: '1Min', help: '1Min to 59Min, 1Hour to 23Hour, 1Day, 1Week or 1Month' };
export const ADJUSTMENT_FLAG: Flag = {
  type: 'text',
  value: 'raw|split|all',
  help: 'as traded, or restated for splits, or for dividends too',
};
export const FROM_FLAG: Flag = {
  type: 'text',
  value: 'TIME',
  help: 'a date (in New York for stocks, in UTC for pairs), or 2024-01-31T14:30:00Z',
};
export const TO_FLAG: Flag = { type: 'text', value: 'TIME', help: 'bars that begin before this' };

export const CONFIG_FLAG: Flag = { type: 'text', value: 'FILE', help: 'configuration file; it may say where the home is' };

export function symbolsOf(call: Call, flag: 'symbols' | 'symbol' = 'symbols'): AssetSymbol[] | undefined {
  const given = call.text(flag);
  if (given === undefined) return undefined;
  const symbols = given.split(',').map((one) => {
    const symbol = parseSymbol(one);
    if (symbol === undefined)
      throw misuse(`--${flag} ${given}: "${one.trim()}" is not a symbol`, 'separate symbols by commas: --symbols AAPL,BTC/USD');
    return symbol;
  });
  return [...new Set(symbols)];
}

export function timeframeOf(call: Call): Timeframe | undefined {
  const given = call.text('timeframe');
  const timeframe = given === undefined ? undefined : parseTimeframe(given);
  if (given !== undefined && timeframe === undefined) throw misuse(`--timeframe ${given} is not possible here`, TIMEFRAME_FLAG.help);
  return timeframe;
}

export function adjustmentOf(call: Call): Adjustment | undefined {
  const given = call.text('adjustment');
  const adjustment = given === undefined ? undefined : parseAdjustment(given);
  if (given !== undefined && adjustment === undefined)
    throw misuse(`--adjustment ${given} is not possible here`, `use ${ADJUSTMENTS.join(', ')}`);
  return adjustment;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A date is that of the symbol's market. */
export function timeOf(call: Call, flag: 'from' | 'to', symbol: AssetSymbol): number | undefined {
  const given = call.text(flag);
  if (given === undefined) return undefined;
  const day = parseDate(given);
  if (day !== undefined) return isCryptoSymbol(symbol) ? day * DAY_MS : newYorkInstant(day, 0);
  const at = INSTANT.test(given) && parseDate(given.slice(0, 10)) !== undefined ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(at)) throw misuse(`--${flag} ${given} is not a time`, 'give a date as 2024-01-31, or a time as 2024-01-31T14:30:00Z');
  return at;
}

/** The stored series that the flags leave; a symbol that has none is a mistake. */
export function chosenSeries(call: Call, home: string): SeriesKey[] {
  const [symbols, timeframe, adjustment] = [symbolsOf(call), timeframeOf(call), adjustmentOf(call)];
  const all = allSeries(home);
  const chosen = all.filter(
    (key) =>
      (symbols === undefined || symbols.includes(key.symbol)) &&
      (timeframe === undefined || key.timeframe.name === timeframe.name) &&
      (adjustment === undefined || key.adjustment === adjustment),
  );
  const unknown = symbols?.filter((symbol) => !all.some((key) => key.symbol === symbol)) ?? [];
  if (unknown.length === 0) return chosen;
  const there = [...new Set(all.map(({ symbol }) => symbol))].join(', ');
  const hint = there === '' ? 'nothing is stored yet: see "tradar data fetch" and "tradar data import"' : `there are bars of ${there}`;
  throw new Failure({ code: 'noBars', message: `there are no bars of ${unknown.join(', ')}`, hint });
}
