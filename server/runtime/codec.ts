/**
 * Entries as text and back. The text is canonical (keys in the order of construction, no spaces), so that its hash means
 * something. Money, prices and quantities are written "#123.45": a decimal behind a mark, because JSON has no bigint;
 * a string that begins with the mark itself gets a second one.
 */
import { formatFixed, parseFixed } from '#server/domain/money.ts';

const MARK = '#';

const write = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return MARK + formatFixed(value);
  if (typeof value === 'string' && value.startsWith(MARK)) return MARK + value;
  return value;
};

const read = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
  return value.startsWith(MARK + MARK) ? value.slice(1) : parseFixed(value.slice(1));
};

export const encode = (value: unknown): string => JSON.stringify(value, write);

/** Trusts the text: it comes from our own journal, whose chain of hashes was checked. */
export const decode = <T>(text: string): T => JSON.parse(text, read) as T;
