/** P20 concentration by sector. Symbols of which no sector is known are one of their own. */
import type { Control } from '../control.ts';
import { percentOf, sectorOf } from '../sheet.ts';
import { worstShare } from '../worst-share.ts';

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
  measure: (standing) => worstShare(standing, 'ofSector', standing.limits.maxSectorPercent, (market) => sectorOf(standing.limits, market)),
};
