/** Money in a database: always nine decimals, so that SQLite's text equals what a DECIMAL(28,9) gives back. */
import { formatFixed } from '#server/domain/money.ts';

const DECIMALS = 9;

export function canonicalDecimal(value: bigint): string {
  const [whole, fraction = ''] = formatFixed(value).split('.');
  return `${whole}.${fraction.padEnd(DECIMALS, '0')}`;
}
