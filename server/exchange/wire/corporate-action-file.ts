/** Corporate actions as a tape's manifest words them. */
import { z } from 'zod';
import { parseDate } from '../../domain/civil-day.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { parseMoney, parsePrice } from '../../domain/money.ts';
import type { CorporateAction } from '../corporate-action.ts';

const REMEDY = [
  '{ "kind": "split", "symbol", "exDate", "newRate", "oldRate" }',
  '{ "kind": "cashDividend", "symbol", "exDate", "payableAfterDays", "rate" }',
  '{ "kind": "spinOff", "symbol", "exDate", "newSymbol", "newRate", "sourceRate", "newPrice" }',
  '{ "kind": "nameChange", "symbol", "exDate", "newSymbol" }',
].join(' or ');

const symbol = z
  .string()
  .min(1)
  .transform((text) => text as AssetSymbol);
const exDate = z.string().refine((text) => parseDate(text) !== undefined, 'must be a date like 2020-08-31');
const rate = z.int().positive();

/** Dollars as text, above zero. */
const dollars = <T extends bigint>(parse: (text: string) => T) =>
  z.string().transform((text, context): T => {
    try {
      const value = parse(text);
      if (value > 0n) return value;
    } catch {
      // told below
    }
    context.addIssue({ code: 'custom', message: 'must be dollars above zero, as text' });
    return z.NEVER;
  });

const action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('split'), symbol, exDate, newRate: rate, oldRate: rate }),
  z.object({ kind: z.literal('cashDividend'), symbol, exDate, payableAfterDays: z.int().min(0), rate: dollars(parseMoney) }),
  z.object({
    kind: z.literal('spinOff'),
    symbol,
    exDate,
    newSymbol: symbol,
    newRate: rate,
    sourceRate: rate,
    newPrice: dollars(parsePrice),
  }),
  z.object({ kind: z.literal('nameChange'), symbol, exDate, newSymbol: symbol }),
]);

/** `place` names the manifest in complaints. */
export function readCorporateActions(place: string, entries: unknown): readonly CorporateAction[] {
  if (entries === undefined) return [];
  if (!Array.isArray(entries)) throw new Error(`${place}: corporateActions is not a list; write ${REMEDY}`);
  return entries.map((entry: unknown, index) => {
    const { data, error } = action.safeParse(entry);
    if (data) return data;
    const [issue] = error.issues;
    const what = issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'it is none';
    throw new Error(`${place}: corporate action ${index + 1} can not be read (${what}); write ${REMEDY}`);
  });
}
