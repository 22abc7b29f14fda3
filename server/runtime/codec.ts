/**
 * Entries as text and back. The text is canonical (keys in the order of construction, no spaces), so that its hash means
 * something. Money, prices and quantities are written "#123.45": a decimal behind a mark, because JSON has no bigint;
 * a string that begins with the mark itself gets a second one.
 */
import { formatFixed, parseFixed } from '#server/domain/money.ts';

const MARK = '#';
/** Where it appears, there may be a string that begins with the mark. */
const MARKED = `"${MARK}`;

const write = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return MARK + formatFixed(value);
  if (typeof value === 'string' && value.startsWith(MARK)) return MARK + value;
  return value;
};

export const encode = (value: unknown): string => JSON.stringify(value, write);

/** By hand: with a reviver `JSON.parse` takes five times as long. */
function read(value: unknown): unknown {
  if (typeof value === 'string') {
    if (!value.startsWith(MARK)) return value;
    return value.startsWith(MARK + MARK) ? value.slice(1) : parseFixed(value.slice(1));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let nth = 0; nth < value.length; nth++) value[nth] = read(value[nth]);
    return value;
  }
  const record = value as Record<string, unknown>;
  for (const name of Object.keys(record)) {
    const inner = record[name];
    if (typeof inner === 'string' ? inner.startsWith(MARK) : typeof inner === 'object') record[name] = read(inner);
  }
  return record;
}

/** What is stored under this place is no entry, however it came there. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
  readonly hint = '"tradar journal verify" says whether it was changed; restore the database from a backup';
  constructor(what: string, text: string) {
    super(`${what} can not be read: it begins with ${JSON.stringify(text.slice(0, SHOWN))}`);
  }
}

const SHOWN = 40;

/** The entry of that place, for whoever has not checked the chain. */
export function readEntry<T extends { readonly seq: number }>(seq: number, text: string): T {
  const what = `entry ${seq} of the journal`;
  let entry: T | undefined;
  try {
    entry = decode<T | undefined>(text);
  } catch {
    throw new UnreadableEntry(what, text);
  }
  const { event, signals, decisions, commands } = { ...entry } as Record<string, unknown>;
  const hasEvent = typeof event === 'object' && event !== null;
  if (entry?.seq === seq && hasEvent && [signals, decisions, commands].every((list) => Array.isArray(list))) return entry;
  throw new UnreadableEntry(what, text);
}

/** Trusts the text: it comes from our own journal, whose chain of hashes was checked. */
export function decode<T>(text: string): T {
  const parsed: unknown = JSON.parse(text);
  return (text.includes(MARKED) ? read(parsed) : parsed) as T;
}
