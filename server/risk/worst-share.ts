/** What is concentrated most, in percent of the equity: of a symbol, of a sector, or of what moves together. */
import type { Market } from '#server/domain/books.ts';
import type { Reading, Standing } from './control.ts';
import { under, worstMarket } from './reading.ts';
import { percentOf, sheetOf } from './sheet.ts';

export const worstShare = (
  standing: Standing,
  part: 'ofSymbol' | 'ofSector' | 'ofCluster',
  mostPercent: number,
  nameOf: (market: Market) => string = ({ symbol }) => symbol,
): Reading =>
  worstMarket(standing, (market) => {
    const sheet = sheetOf(standing, market);
    return under(percentOf(sheet[part], sheet), mostPercent, 'percent', nameOf(market));
  });
