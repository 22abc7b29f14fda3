/** P18 net exposure: long less short, wherever what is out may take it. */
import type { Control } from '../control.ts';
import { under } from '../reading.ts';
import { percentOf, type Sheet, sheetOf } from '../sheet.ts';

const netOf = (sheet: Sheet): number => percentOf(Math.max(Math.abs(sheet.longest), Math.abs(sheet.shortest)), sheet);

export const netExposure: Control = {
  name: 'netExposure',
  id: 'P18',
  term: 'net exposure limit',
  answers: '15c3-5(c)(1)(i)',
  limit: 'maxNetPercent',
  asks: 'opening',
  rule: ({ sheet, limits }) => {
    const net = netOf(sheet);
    return net > limits.maxNetPercent
      ? `net exposure would be ${net.toFixed(2)} % of the equity, at most ${limits.maxNetPercent} %`
      : undefined;
  },
  measure: (standing) => {
    const sheet = sheetOf(standing);
    const { limits } = standing;
    return under(netOf(sheet), limits.maxNetPercent, 'percent');
  },
};
