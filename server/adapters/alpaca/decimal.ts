/** The broker's decimals: strings as a rule, sometimes numbers, averages with more places than we keep. */

import { z } from 'zod';
import { divideRounded, parseFixed } from '#server/domain/money.ts';

const LONG = /^(-?\d+)\.(\d{9})(\d+)$/;
/** Places that are read beyond the nine that are kept. */
const EXTRA_DIGITS = 9;

function read(text: string): bigint {
  const match = LONG.exec(text);
  if (match === null) return parseFixed(text);
  const extra = (match[3] ?? '').slice(0, EXTRA_DIGITS).padEnd(EXTRA_DIGITS, '0');
  const sign = text.startsWith('-') ? -1n : 1n;
  const digits = `${match[1]?.replace('-', '')}${match[2]}${extra}`;
  return divideRounded(sign * BigInt(digits), 10n ** BigInt(EXTRA_DIGITS));
}

/** A number prints as "1e-7" when it is small. */
const plain = (value: string | number): string => (typeof value === 'number' ? value.toFixed(12).replace(/\.?0+$/, '') : value);

/** Rounded half away from zero at the ninth place. */
export const fixed = z.union([z.string(), z.number()]).transform((value, context) => {
  try {
    return read(plain(value));
  } catch {
    context.addIssue({ code: 'custom', message: 'not a decimal' });
    return z.NEVER;
  }
});
