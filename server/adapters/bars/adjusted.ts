/** Adjusted bars made of raw ones, by the splits and dividends that are stored; refused where these are not known in full. */

import type { BarRows } from '#server/domain/bar-blocks.ts';
import { newYorkDate } from '#server/domain/new-york.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { DAY } from '#server/domain/timeframe.ts';
import { firstFrom, lastOf } from '#server/history/bar-rows.ts';
import { adjustRows, DividendPriceError, stepsOf } from '#server/history/corporate-action.ts';
import { type SeriesKey, seriesName } from '#server/history/series.ts';
import { readActions } from './actions-file.ts';
import { seriesOf } from './catalogue.ts';
import { BarStoreError } from './error.ts';
import { readRows } from './read-rows.ts';

/** Longer than markets were ever closed. */
const LOOK_BACK_MS = 16 * DAY_MS;

/** The rows of a raw series as `key` has them; `key` is not raw. */
export function adjustedRows(home: string, key: SeriesKey, raw: BarRows): BarRows {
  if (raw.length === 0) return raw;
  const { symbol, adjustment } = key;
  const stored = readActions(home, symbol);
  const [first, last] = [raw.startsAt[0] as number, lastOf(raw)];
  if (stored === undefined) throw unknown(key, `splits and dividends of ${symbol} are not known`);
  const { from, until } = stored;
  if (newYorkDate(first) < from || newYorkDate(last) > until) {
    throw unknown(
      key,
      `splits and dividends of ${symbol} are known from ${from} to ${until}, its bars are of ${newYorkDate(first)} to ${newYorkDate(last)}`,
    );
  }
  try {
    return adjustRows(
      raw,
      stepsOf(stored.actions, adjustment, first, (at) => priceBefore(home, key, at)),
    );
  } catch (error) {
    if (!(error instanceof DividendPriceError)) throw error;
    const message = `${seriesName(key)} can not be made: the price before the dividend of ${error.exDate} is not stored`;
    const hint = `get the days around it: "tradar data fetch --symbols ${symbol} --timeframe 1Day", or an import that reaches there`;
    throw new BarStoreError({ code: 'actionsUnknown', message, hint, facts: { exDate: error.exDate }, cause: error });
  }
}

/** Of the raw days when they reach there, since their close is the official one; else of whatever raw bars do. */
function priceBefore(home: string, { symbol }: SeriesKey, at: number): number | undefined {
  const raw = seriesOf(home, symbol).filter(({ adjustment }) => adjustment === 'raw');
  const daysFirst = [...raw].sort((a, b) => Number(b.timeframe.name === DAY.name) - Number(a.timeframe.name === DAY.name));
  for (const key of daysFirst) {
    const rows = readRows(home, key, at - LOOK_BACK_MS, at)?.rows;
    const index = rows === undefined ? 0 : firstFrom(rows, at);
    if (rows !== undefined && index > 0) return rows.close[index - 1];
  }
  return undefined;
}

function unknown(key: SeriesKey, message: string): BarStoreError {
  const { symbol, timeframe } = key;
  const fetch = `"tradar data fetch --symbols ${symbol} --timeframe ${timeframe.name}" gets them along with raw bars`;
  return new BarStoreError({
    code: 'actionsUnknown',
    message: `${seriesName(key)} can not be made of raw bars: ${message}`,
    hint: `${fetch}, "tradar data import FILE" reads a table of them; or take raw bars`,
  });
}
