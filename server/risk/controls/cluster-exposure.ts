/** P20 concentration by correlation: symbols that moved together for sixty days, and those that are not known to move apart. */
import type { Control } from '../control.ts';
import { percentOf } from '../sheet.ts';
import { worstShare } from '../worst-share.ts';

export const clusterExposure: Control = {
  name: 'clusterExposure',
  id: 'P20',
  term: 'concentration: correlation cluster',
  answers: '15c3-5(c)(1)(i)',
  limit: 'maxClusterPercent',
  asks: 'opening',
  rule: ({ sheet, limits }) => {
    const part = percentOf(sheet.ofCluster, sheet);
    return part > limits.maxClusterPercent
      ? `what moves together would be ${part.toFixed(2)} % of the equity, at most ${limits.maxClusterPercent} %`
      : undefined;
  },
  measure: (standing) => worstShare(standing, 'ofCluster', standing.limits.maxClusterPercent),
};
