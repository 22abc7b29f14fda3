/** Books as text, with everything in them: also what no snapshot carries. Keys are sorted; the plan's own objects are left out. */
import type { Books } from '#server/domain/books.ts';
import { formatFixed } from '#server/domain/money.ts';

/** What the plan says, and functions, are not of the books. */
const OF_THE_PLAN = new Set(['policy', 'portfolio', 'timeframe']);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `#${formatFixed(value)}`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Map) return [...value].map(([key, inner]) => [key, plain(inner)]);
  if (value instanceof Set) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  // An agent, a gauge's measure, what makes longer bars: its memory is what it is.
  if (typeof value['save'] === 'function') return plain((value as { save(): unknown }).save());
  const names = Object.keys(value).filter((name) => !(OF_THE_PLAN.has(name) && isRecord(value[name])));
  return Object.fromEntries(
    names.sort((a, b) => (a < b ? -1 : 1)).map((name) => [name, name === 'deployment' ? idOf(value[name]) : plain(value[name])]),
  );
}

const idOf = (deployment: unknown): unknown => (isRecord(deployment) ? deployment['id'] : deployment);

export const wholeBooks = (books: Books): string => JSON.stringify(plain(books), null, 1);
