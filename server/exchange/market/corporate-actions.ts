/** The tape's corporate actions in the words of `/v1/corporate-actions`, grouped by type, by the date of their process. */

import { dateText, dayNumber, parseDate } from '../../domain/civil-day.ts';
import { toNumber } from '../../domain/money.ts';
import { newYorkDay, newYorkInstant } from '../../domain/new-york.ts';
import type { CorporateAction } from '../corporate-action.ts';
import { exDayOf } from '../name-book.ts';
import { uuidOf } from '../random.ts';
import { badQuery } from '../refusal.ts';
import type { SessionBook } from '../sessions.ts';
import type { World } from '../world.ts';
import { readToken, writeToken } from './page-token.ts';
import type { CorporateActionsQuery } from './requests.ts';

const MAX_LIMIT = 1_000;
const ID_LANE = 0x636f72;

const TYPES = {
  forward_split: 'forward_splits',
  reverse_split: 'reverse_splits',
  cash_dividend: 'cash_dividends',
  spin_off: 'spin_offs',
  name_change: 'name_changes',
} as const;

/** Types that Alpaca knows and this tape never has. */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  'unit_split',
  'stock_dividend',
  'cash_merger',
  'stock_merger',
  'stock_and_cash_merger',
  'redemption',
  'worthless_removal',
  'rights_distribution',
  'partial_call',
  'reorganization',
]);

type Type = keyof typeof TYPES;

interface Row {
  readonly type: Type;
  readonly id: string;
  readonly symbols: readonly string[];
  /** On which it is processed. */
  readonly day: number;
  readonly wire: Readonly<Record<string, unknown>>;
}

export function getCorporateActions(world: World, query: CorporateActionsQuery): Record<string, unknown> {
  if (query.limit > MAX_LIMIT) badQuery(`invalid limit: larger than the allowed maximum of ${MAX_LIMIT}`);
  for (const type of query.types ?? []) if (!(type in TYPES) && !OTHER_TYPES.has(type)) badQuery(`invalid type: ${type.slice(0, 40)}`);
  const rows = wanted(world, query);
  if (query.direction === 'desc') rows.reverse();
  const begin = query.pageToken === undefined ? 0 : readToken(query.pageToken).count;
  const page = rows.slice(begin, begin + query.limit);
  const groups: Record<string, Readonly<Record<string, unknown>>[]> = {};
  for (const { type, wire } of page) {
    const group = TYPES[type];
    groups[group] = [...(groups[group] ?? []), wire];
  }
  const end = begin + page.length;
  return { corporate_actions: groups, next_page_token: end < rows.length ? writeToken({ symbol: '', at: 0, count: end }) : null };
}

function wanted(world: World, { symbols, types, ids, start, end, isElsewhere }: CorporateActionsQuery): Row[] {
  if (ids && (symbols || types || start !== undefined || end !== undefined)) badQuery('ids can not be used with other filters');
  const today = newYorkDay(world.now);
  const from = ids ? Number.NEGATIVE_INFINITY : (parseDate(start ?? '') ?? today);
  const to = ids ? Number.POSITIVE_INFINITY : (parseDate(end ?? '') ?? today);
  if (from > to) badQuery('end should not be before start');
  if (isElsewhere) return [];
  return world.tape.corporateActions
    .map((action, index) => rowOf(world.sessions, action, uuidOf(ID_LANE, index)))
    .filter(({ day }) => day >= from && day <= to)
    .filter((row) => (!symbols || row.symbols.some((symbol) => symbols.includes(symbol))) && (!types || types.includes(row.type)))
    .filter((row) => !ids || ids.includes(row.id))
    .sort((a, b) => a.day - b.day);
}

/** From 28 May 2024 on trades settle on the next day, so that the record date is the ex-date; before it was the day after. */
const NEXT_DAY_SETTLEMENT = dayNumber(2024, 5, 28);

function recordDay(sessions: SessionBook, exDay: number): number {
  return exDay >= NEXT_DAY_SETTLEMENT ? exDay : newYorkDay(sessions.nextOpen(newYorkInstant(exDay + 1, 0)));
}

function rowOf(sessions: SessionBook, action: CorporateAction, id: string): Row {
  const exDay = exDayOf(action);
  const { symbol } = action;
  const dates = { ex_date: action.exDate, record_date: dateText(recordDay(sessions, exDay)) };
  switch (action.kind) {
    case 'split': {
      const { newRate, oldRate } = action;
      const common = { id, ...dates, process_date: action.exDate, new_rate: newRate, old_rate: oldRate, symbol };
      if (newRate < oldRate)
        return { type: 'reverse_split', id, symbols: [symbol], day: exDay, wire: { ...common, new_cusip: '', old_cusip: '' } };
      const wire = { ...common, cusip: '', payable_date: action.exDate };
      return { type: 'forward_split', id, symbols: [symbol], day: exDay, wire };
    }
    case 'cashDividend': {
      const day = exDay + action.payableAfterDays;
      const paid = { payable_date: dateText(day), process_date: dateText(day) };
      const wire = { cusip: '', id, ...dates, ...paid, foreign: false, rate: toNumber(action.rate), special: false, symbol };
      return { type: 'cash_dividend', id, symbols: [symbol], day, wire };
    }
    case 'spinOff': {
      const { newSymbol, newRate, sourceRate } = action;
      const source = { source_symbol: symbol, source_cusip: '', source_rate: sourceRate };
      const fresh = { new_symbol: newSymbol, new_cusip: '', new_rate: newRate };
      const wire = { id, ...dates, process_date: action.exDate, ...source, ...fresh };
      return { type: 'spin_off', id, symbols: [symbol, newSymbol], day: exDay, wire };
    }
    case 'nameChange': {
      const { newSymbol } = action;
      const wire = { id, old_symbol: symbol, old_cusip: '', new_symbol: newSymbol, new_cusip: '', process_date: action.exDate };
      return { type: 'name_change', id, symbols: [symbol, newSymbol], day: exDay, wire };
    }
    default:
      return action satisfies never;
  }
}
