/** P20 concentration by sector. Symbols of which no sector is known are one of their own. */
import type { Control } from '../control.ts';
import { under, worstMarket } from '../reading.ts';
import { fillSheet, newSheet, percentOf, sectorOf } from '../sheet.ts';

export const sectorExposure: Control = {
  name: 'sectorExposure',
  id: 'P20',
  term: 'concentration: sector',
  answers: '15c3-5(c)(1)(i)',
  limit: 'maxSectorPercent',
  asks: 'opening',
  rule: ({ sheet, market, limits }) => {
    const part = percentOf(sheet.ofSector, sheet);
    return part > limits.maxSectorPercent
      ? `the sector ${sectorOf(limits, market)} would be ${part.toFixed(2)} % of the equity, at most ${limits.maxSectorPercent} %`
      : undefined;
  },
  measure: (standing) => {
    const { books, limits } = standing;
    const sheet = newSheet();
    return worstMarket(standing, (market) => {
      fillSheet(sheet, books, limits, market, 0);
      return under(percentOf(sheet.ofSector, sheet), limits.maxSectorPercent, 'percent', sectorOf(limits, market));
    });
  },
};
