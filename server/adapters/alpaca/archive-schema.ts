/** Bars of any length with all that the broker tells of them, and corporate actions, as the broker words them. */
import { z } from 'zod';
import { barFault } from '#server/domain/bar.ts';
import { parseDate } from '#server/domain/civil-day.ts';
import { moment } from './schema.ts';

export interface BarOfPage {
  readonly startsAt: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** NaN when it is not told. */
  readonly vwap: number;
  readonly trades: number;
}

const told = (value: number | null | undefined): number => value ?? Number.NaN;

export const ArchiveBar = z
  .object({
    t: moment,
    o: z.number(),
    h: z.number(),
    l: z.number(),
    c: z.number(),
    v: z.number(),
    vw: z.number().nullish(),
    n: z.number().nullish(),
  })
  .transform(({ t, o, h, l, c, v, vw, n }, context): BarOfPage => {
    const bar = { startsAt: t, open: o, high: h, low: l, close: c, volume: v };
    const fault = barFault(bar);
    if (fault === undefined) return { ...bar, vwap: told(vw), trades: told(n) };
    context.addIssue({ code: 'custom', message: fault });
    return z.NEVER;
  });

export type ActionsAnswer =
  | { readonly kind: 'split'; readonly symbol: string; readonly exDate: string; readonly newRate: number; readonly oldRate: number }
  | { readonly kind: 'cashDividend'; readonly symbol: string; readonly exDate: string; readonly rate: number }
  /** What prices can not be restated for. */
  | { readonly kind: 'other'; readonly symbol: string; readonly exDate: string; readonly type: string };

const date = z.string().refine((text) => parseDate(text) !== undefined, 'not a date');
const rate = z.number().positive();

const Split = z.object({ symbol: z.string(), ex_date: date, new_rate: rate, old_rate: rate });
const StockDividend = z.object({ symbol: z.string(), ex_date: date, rate });
const CashDividend = z.object({ symbol: z.string(), ex_date: date, rate: z.number().nonnegative() });
const Other = z.looseObject({ ex_date: date.nullish(), process_date: date.nullish(), effective_date: date.nullish() });

const splits = z.array(Split).optional();

/** Renaming changes no price. */
const WITHOUT_EFFECT = new Set(['name_changes']);

export const ActionsPage = z
  .object({
    corporate_actions: z
      .object({
        forward_splits: splits,
        reverse_splits: splits,
        stock_dividends: z.array(StockDividend).optional(),
        cash_dividends: z.array(CashDividend).optional(),
      })
      .catchall(z.array(Other)),
    next_page_token: z.string().nullish(),
  })
  .transform(({ corporate_actions, next_page_token }) => {
    const { forward_splits = [], reverse_splits = [], stock_dividends = [], cash_dividends = [], ...others } = corporate_actions;
    const actions: ActionsAnswer[] = [
      ...[...forward_splits, ...reverse_splits].map(({ symbol, ex_date, new_rate, old_rate }) => ({
        kind: 'split' as const,
        symbol,
        exDate: ex_date,
        newRate: new_rate,
        oldRate: old_rate,
      })),
      // A twentieth of a share for each is twenty-one for twenty.
      ...stock_dividends.map(({ symbol, ex_date, rate: more }) => ({
        kind: 'split' as const,
        symbol,
        exDate: ex_date,
        newRate: 1 + more,
        oldRate: 1,
      })),
      ...cash_dividends
        .filter(({ rate: dollars }) => dollars > 0)
        .map(({ symbol, ex_date, rate: dollars }) => ({ kind: 'cashDividend' as const, symbol, exDate: ex_date, rate: dollars })),
      ...Object.entries(others).flatMap(([type, list]) => (WITHOUT_EFFECT.has(type) ? [] : list.flatMap((item) => otherOf(type, item)))),
    ];
    return { actions, nextPageToken: next_page_token ?? undefined };
  });

/** Each company that it names. */
function otherOf(type: string, item: z.output<typeof Other>): ActionsAnswer[] {
  const exDate = item.ex_date ?? item.effective_date ?? item.process_date;
  if (exDate == null) return [];
  const symbols = Object.entries(item).flatMap(([key, value]) => (/symbol$/.test(key) && typeof value === 'string' ? [value] : []));
  return symbols.map((symbol) => ({ kind: 'other', symbol, exDate, type }));
}
