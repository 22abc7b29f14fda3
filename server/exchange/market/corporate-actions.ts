/** The tape's splits and dividends in the words of `/v1/corporate-actions`, grouped by type, by the date of their process. */

import { dateText, parseDate } from '../../domain/civil-day.ts';
import { toNumber } from '../../domain/money.ts';
import { newYorkDay } from '../../domain/new-york.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { CorporateAction } from '../corporate-action.ts';
import { uuidOf } from '../random.ts';
import { badQuery } from '../refusal.ts';
import { lapShift } from '../tape.ts';
import type { World } from '../world.ts';
import { readToken, writeToken } from './page-token.ts';
import type { CorporateActionsQuery } from './requests.ts';

const MAX_LIMIT = 1_000;

const TYPES = {
  forward_split: 'forward_splits',
  reverse_split: 'reverse_splits',
  cash_dividend: 'cash_dividends',
} as const;

/** Types that Alpaca knows and this tape never has. */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  'unit_split',
  'stock_dividend',
  'spin_off',
  'cash_merger',
  'stock_merger',
  'stock_and_cash_merger',
  'redemption',
  'name_change',
  'worthless_removal',
  'rights_distribution',
  'partial_call',
  'reorganization',
]);

type Type = keyof typeof TYPES;

interface Row {
  readonly type: Type;
  readonly id: string;
  readonly symbol: string;
  readonly day: number;
  render(): Record<string, unknown>;
}

export function getCorporateActions(world: World, query: CorporateActionsQuery): Record<string, unknown> {
  if (query.limit > MAX_LIMIT) badQuery(`invalid limit: larger than the allowed maximum of ${MAX_LIMIT}`);
  for (const type of query.types ?? []) if (!(type in TYPES) && !OTHER_TYPES.has(type)) badQuery(`invalid type: ${type.slice(0, 40)}`);
  const rows = wanted(world, query);
  if (query.direction === 'desc') rows.reverse();
  const begin = query.pageToken === undefined ? 0 : readToken(query.pageToken).count;
  const page = rows.slice(begin, begin + query.limit);
  const groups: Record<string, Record<string, unknown>[]> = {};
  for (const row of page) {
    const group = TYPES[row.type];
    groups[group] = [...(groups[group] ?? []), row.render()];
  }
  const end = begin + page.length;
  return { corporate_actions: groups, next_page_token: end < rows.length ? writeToken({ symbol: '', at: 0, count: end }) : null };
}

function wanted(world: World, { symbols, types, ids, start, end }: CorporateActionsQuery): Row[] {
  const today = newYorkDay(world.now);
  const from = ids ? Number.NEGATIVE_INFINITY : (parseDate(start ?? '') ?? today);
  const to = ids ? Number.POSITIVE_INFINITY : (parseDate(end ?? '') ?? today);
  if (from > to) badQuery('end should not be before start');
  return rowsOf(world)
    .filter(({ day }) => day >= from && day <= to)
    .filter((row) => (!symbols || symbols.includes(row.symbol)) && (!types || types.includes(row.type)) && (!ids || ids.includes(row.id)))
    .sort((a, b) => a.day - b.day);
}

function rowsOf(world: World): Row[] {
  const rows: Row[] = [];
  for (let lap = 0; lap <= world.cursor.lap; lap++) {
    const shiftDays = Math.round(lapShift(world.tape, lap) / DAY_MS);
    world.tape.corporateActions.forEach((action, index) => {
      rows.push(rowOf(action, (parseDate(action.exDate) ?? 0) + shiftDays, uuidOf(0x636f72, lap * 10_000 + index)));
    });
  }
  return rows;
}

function rowOf(action: CorporateAction, day: number, id: string): Row {
  const { symbol } = action;
  const ex = dateText(day);
  const dates = { ex_date: ex, process_date: ex, record_date: dateText(day + 1) };
  if (action.kind === 'cashDividend') {
    const payable = dateText(day + action.payableAfterDays);
    const rate = toNumber(action.rate);
    const render = () => ({ cusip: '', id, ...dates, foreign: false, payable_date: payable, rate, special: false, symbol });
    return { type: 'cash_dividend', id, symbol, day, render };
  }
  const { newRate, oldRate } = action;
  const rates = { new_rate: newRate, old_rate: oldRate };
  if (newRate < oldRate) {
    return { type: 'reverse_split', id, symbol, day, render: () => ({ id, ...dates, ...rates, new_cusip: '', old_cusip: '', symbol }) };
  }
  const render = () => ({ cusip: '', id, due_bill_redemption_date: null, ...dates, payable_date: ex, ...rates, symbol });
  return { type: 'forward_split', id, symbol, day, render };
}
