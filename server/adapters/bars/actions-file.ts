/** `actions.json` of a symbol: its splits and dividends, from where they come, and of which days all of them are there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { parseDate } from '#server/domain/civil-day.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { StoredAction } from '#server/history/corporate-action.ts';
import { symbolFolder } from '#server/history/series.ts';
import { makeFolder, writeDurably } from './durable-file.ts';
import { BarStoreError } from './error.ts';
import { barsFolder } from './series-file.ts';

const VERSION = 1;
const INDENT = 1;

const date = z.string().refine((text) => parseDate(text) !== undefined, 'not a date');
const rate = z.number().positive();

const Action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('split'), exDate: date, newRate: rate, oldRate: rate }),
  z.strictObject({
    kind: z.literal('cashDividend'),
    exDate: date,
    rate,
    closeBefore: rate.nullable().transform((value) => value ?? undefined),
  }),
  z.strictObject({ kind: z.literal('factor'), exDate: date, of: z.enum(['split', 'dividend']), factor: rate }),
]);

const ActionsFile = z.strictObject({
  version: z.literal(VERSION),
  symbol: z.string(),
  source: z.string().min(1),
  from: date,
  until: date,
  actions: z.array(Action),
});

export interface StoredActions {
  readonly symbol: AssetSymbol;
  readonly source: string;
  /** Every action with an ex-date from here to there, both included, is in the list. */
  readonly from: string;
  readonly until: string;
  /** In order of their ex-dates. */
  readonly actions: readonly StoredAction[];
}

const folderOf = (home: string, symbol: AssetSymbol): string => join(barsFolder(home), symbolFolder(symbol));
export const actionsPath = (home: string, symbol: AssetSymbol): string => join(folderOf(home, symbol), 'actions.json');

const checksumOf = (content: object): string => crc32(JSON.stringify(content)).toString(16).padStart(8, '0');

export function writeActions(home: string, { symbol, source, from, until, actions }: StoredActions): void {
  const worded = actions.map((action) =>
    action.kind === 'cashDividend' ? { ...action, closeBefore: action.closeBefore ?? null } : action,
  );
  const content = { version: VERSION, symbol, source, from, until, actions: worded };
  makeFolder(folderOf(home, symbol));
  const whole = { ...content, checksum: checksumOf(content) };
  writeDurably(actionsPath(home, symbol), Buffer.from(`${JSON.stringify(whole, null, INDENT)}\n`));
}

/** Nothing when none were stored. */
export function readActions(home: string, symbol: AssetSymbol): StoredActions | undefined {
  const path = actionsPath(home, symbol);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { checksum, ...content } = JSON.parse(text) as Record<string, unknown>;
    if (checksum !== checksumOf(content)) throw new Error('its checksum is wrong');
    const { source, from, until, actions } = ActionsFile.parse(content);
    return { symbol, source, from, until, actions };
  } catch (error) {
    throw new BarStoreError({
      code: 'barsDamaged',
      message: `${path} is damaged: ${error instanceof z.ZodError ? 'it is not what this program writes' : String((error as Error).message)}`,
      hint: 'remove the file, then fetch or import the splits and dividends again',
      facts: { path },
      cause: error,
    });
  }
}

/** The list with the new answer in place of what was known of its days. */
export function mergeActions(stored: StoredActions | undefined, fresh: StoredActions): StoredActions {
  if (stored === undefined) return fresh;
  const isOld = ({ exDate }: StoredAction): boolean => exDate < fresh.from || exDate > fresh.until;
  const actions = [...stored.actions.filter(isOld), ...fresh.actions].sort((a, b) => (a.exDate < b.exDate ? -1 : 1));
  // Where the two do not meet, only the fresh one is whole: what lies between is not known.
  const meets = fresh.from <= stored.until && stored.from <= fresh.until;
  if (!meets) return { ...fresh, actions: fresh.actions };
  return {
    ...fresh,
    from: stored.from < fresh.from ? stored.from : fresh.from,
    until: stored.until > fresh.until ? stored.until : fresh.until,
    actions,
  };
}
