/** Which bars: symbol, timeframe and adjustment make a series. Another adjustment is another series; they never mix. */
import { ADJUSTMENTS, type Adjustment } from '#server/domain/adjustment.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseTimeframe, type Timeframe } from '#server/domain/timeframe.ts';

export interface SeriesKey {
  readonly symbol: AssetSymbol;
  readonly timeframe: Timeframe;
  readonly adjustment: Adjustment;
}

/** "AAPL", "BRK.B", "BTC/USD", "BTCUSDT-PERP": safe as a folder's name once the slash is an underscore. */
const SYMBOL = /^[A-Z0-9][A-Z0-9.-]{0,23}(?:\/[A-Z0-9]{1,12})?$/;

/** In capitals; nothing when it can not be a symbol. */
export function parseSymbol(text: string): AssetSymbol | undefined {
  const symbol = text.trim().toUpperCase();
  return SYMBOL.test(symbol) ? (symbol as AssetSymbol) : undefined;
}

export const parseAdjustment = (text: string): Adjustment | undefined => ADJUSTMENTS.find((one) => one === text);

/** "AAPL 1Min raw", for people. */
export const seriesName = ({ symbol, timeframe, adjustment }: SeriesKey): string => `${symbol} ${timeframe.name} ${adjustment}`;

export const symbolFolder = (symbol: AssetSymbol): string => symbol.replace('/', '_');
export const symbolOfFolder = (folder: string): AssetSymbol | undefined => parseSymbol(folder.replace('_', '/'));

export const seriesFolder = ({ timeframe, adjustment }: Pick<SeriesKey, 'timeframe' | 'adjustment'>): string =>
  `${timeframe.name}.${adjustment}`;

export function seriesOfFolder(folder: string): Pick<SeriesKey, 'timeframe' | 'adjustment'> | undefined {
  const [name = '', word = '', ...rest] = folder.split('.');
  const [timeframe, adjustment] = [parseTimeframe(name), parseAdjustment(word)];
  return timeframe?.name === name && adjustment !== undefined && rest.length === 0 ? { timeframe, adjustment } : undefined;
}
