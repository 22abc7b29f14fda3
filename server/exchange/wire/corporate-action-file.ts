/** Splits and dividends as a tape's manifest words them. */

import { parseDate } from '../../domain/civil-day.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { type Money, parseMoney } from '../../domain/money.ts';
import type { CorporateAction } from '../corporate-action.ts';
import { isRecord } from './codec.ts';

const REMEDY =
  'write { "kind": "split", "symbol", "exDate", "newRate", "oldRate" } or { "kind": "cashDividend", "symbol", "exDate", "payableAfterDays", "rate" }';

/** `place` names the manifest in complaints. */
export function readCorporateActions(place: string, entries: unknown): readonly CorporateAction[] {
  if (entries === undefined) return [];
  if (!Array.isArray(entries)) throw new Error(`${place}: corporateActions is not a list; ${REMEDY}`);
  return entries.map((entry: unknown, index) => {
    const action = isRecord(entry) ? read(entry) : undefined;
    if (!action) throw new Error(`${place}: corporate action ${index + 1} can not be read; ${REMEDY}`);
    return action;
  });
}

function read(entry: Record<string, unknown>): CorporateAction | undefined {
  const { kind, symbol, exDate } = entry;
  if (typeof symbol !== 'string' || typeof exDate !== 'string' || parseDate(exDate) === undefined) return undefined;
  const common = { symbol: symbol as AssetSymbol, exDate };
  if (kind === 'split') {
    const [newRate, oldRate] = [wholeOf(entry['newRate']), wholeOf(entry['oldRate'])];
    return newRate && oldRate ? { kind, ...common, newRate, oldRate } : undefined;
  }
  const days = entry['payableAfterDays'];
  const rate = moneyOf(entry['rate']);
  if (kind !== 'cashDividend' || typeof days !== 'number' || !Number.isInteger(days) || days < 0 || rate === undefined) return undefined;
  return { kind, ...common, payableAfterDays: days, rate };
}

const wholeOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;

function moneyOf(value: unknown): Money | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const rate = parseMoney(value);
    return rate > 0n ? rate : undefined;
  } catch {
    return undefined;
  }
}
