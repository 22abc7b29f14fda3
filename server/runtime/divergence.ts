/** Where two texts of one entry part: the first field, by its path, with what stands there in either. */

export interface Difference {
  /** "decisions[0].verdict.intent.quantity". */
  readonly field: string;
  readonly recorded: string;
  readonly now: string;
}

const SHOWN = 200;
const NOTHING = 'nothing';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function shown(value: unknown): string {
  if (value === undefined) return NOTHING;
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}

/** Of JSON values; nothing when they are the same. */
export function firstDifference(recorded: unknown, now: unknown, field = ''): Difference | undefined {
  if (!isRecord(recorded) || !isRecord(now) || Array.isArray(recorded) !== Array.isArray(now)) {
    return Object.is(recorded, now) ? undefined : { field, recorded: shown(recorded), now: shown(now) };
  }
  const names = new Set([...Object.keys(recorded), ...Object.keys(now)]);
  for (const name of names) {
    const inner = Array.isArray(recorded) ? `${field}[${name}]` : `${field}${field === '' ? '' : '.'}${name}`;
    const found = firstDifference(recorded[name], now[name], inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of two texts that differ, which may be in the order of their keys alone. */
export function differenceOf(recorded: string, now: string): Difference {
  const found = firstDifference(JSON.parse(recorded), JSON.parse(now));
  return found ?? { field: 'the order of the fields', recorded: recorded.slice(0, SHOWN), now: now.slice(0, SHOWN) };
}
