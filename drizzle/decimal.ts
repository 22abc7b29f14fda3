/** Money in a database: always nine decimals, so that SQLite's text equals what a DECIMAL(28,9) gives back. */
import { formatFixed } from '#server/domain/money.ts';

const DECIMALS = 9;

export function canonicalDecimal(value: bigint): string {
  const text = formatFixed(value);
  const point = text.indexOf('.');
  return point < 0 ? `${text}.${'0'.repeat(DECIMALS)}` : text.padEnd(point + 1 + DECIMALS, '0');
}
