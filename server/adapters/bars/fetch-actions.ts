/** Brings the splits and dividends of a symbol up to today, each dividend with the close before it. */
import type { Adjustment } from '#server/domain/adjustment.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { newYorkDate } from '#server/domain/new-york.ts';
import { DAY_MS } from '#server/domain/time.ts';
import { DAY } from '#server/domain/timeframe.ts';
import { exInstant, type StoredAction } from '#server/history/corporate-action.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { mergeActions, readActions, writeActions } from './actions-file.ts';
import type { BarSource } from './fetch.ts';

type FetchedAction =
  | { readonly kind: 'split'; readonly exDate: string; readonly newRate: number; readonly oldRate: number }
  | { readonly kind: 'cashDividend'; readonly exDate: string; readonly rate: number }
  | { readonly kind: 'other'; readonly exDate: string; readonly type: string };

/** Who knows what companies do. */
export interface ActionSource {
  /** What is processed between two dates, both included. */
  actions(symbol: AssetSymbol, from: string, to: string): Promise<readonly FetchedAction[]>;
}

export interface ActionsOptions {
  readonly home: string;
  readonly key: SeriesKey;
  readonly source: BarSource;
  readonly sourceName: string;
  readonly now: number;
  readonly firstBarAt: number;
  readonly replace: boolean;
}

/** The broker lists by the day on which it books: for a dividend that is when it is paid, weeks after the ex-date. */
const PAID_WITHIN_MS = 120 * DAY_MS;
/** Longer than markets were ever closed. */
const LOOK_BACK_MS = 16 * DAY_MS;

export interface ActionsReport {
  /** How many splits and dividends are known now. */
  readonly count: number;
  /** What happened that prices are not restated for: "spin_offs on 2024-04-02". */
  readonly unadjusted: readonly string[];
  /** They are of another source, and were left as they are. */
  readonly keptFrom: string | undefined;
}

export async function fetchActions(options: ActionsOptions): Promise<ActionsReport> {
  const { home, key, source, sourceName, now, firstBarAt, replace } = options;
  const stored = readActions(home, key.symbol);
  if (stored !== undefined && stored.source !== sourceName && !replace) {
    return { count: stored.actions.length, unadjusted: [], keptFrom: stored.source };
  }
  const [from, until] = [newYorkDate(firstBarAt), newYorkDate(now)];
  const answer = await source.actions(key.symbol, from, newYorkDate(now + PAID_WITHIN_MS));
  const begun = answer.filter(({ exDate }) => exDate >= from && exDate <= until);
  const actions = await withCloses(options, begun);
  const fresh = { symbol: key.symbol, source: sourceName, from, until, actions };
  const merged = mergeActions(stored?.source === sourceName ? stored : undefined, fresh);
  writeActions(home, merged);
  const unadjusted = begun.flatMap((action) => (action.kind === 'other' ? [`${action.type} on ${action.exDate}`] : []));
  return { count: merged.actions.length, unadjusted, keptFrom: undefined };
}

async function withCloses(options: ActionsOptions, begun: readonly FetchedAction[]): Promise<StoredAction[]> {
  const dividends = begun.filter(({ kind }) => kind === 'cashDividend').map(({ exDate }) => exInstant(exDate));
  const closes = dividends.length === 0 ? [] : await dailyCloses(options, Math.min(...dividends) - LOOK_BACK_MS, Math.max(...dividends));
  return begun
    .flatMap((action): StoredAction[] => {
      if (action.kind === 'other') return [];
      if (action.kind === 'split') {
        const { kind, exDate, newRate, oldRate } = action;
        return [{ kind, exDate, newRate, oldRate }];
      }
      const { kind, exDate, rate } = action;
      const closeBefore = closes.findLast(({ startsAt }) => startsAt < exInstant(exDate))?.close;
      return [{ kind, exDate, rate, closeBefore }];
    })
    .sort((a, b) => (a.exDate < b.exDate ? -1 : 1));
}

async function dailyCloses({ key, source }: ActionsOptions, from: number, to: number) {
  const closes: { readonly startsAt: number; readonly close: number }[] = [];
  const adjustment: Adjustment = 'raw';
  for await (const page of source.pages({ symbol: key.symbol, timeframe: DAY.name, adjustment, from, to })) closes.push(...page.bars);
  return closes;
}

/** The first day since on which something happened that an adjustment is made for; nothing when there was none. */
export async function isOutdated(source: ActionSource, { symbol, adjustment }: SeriesKey, adjustedAt: number | undefined, now: number) {
  if (adjustedAt === undefined) return newYorkDate(now);
  const [from, until] = [newYorkDate(adjustedAt), newYorkDate(now)];
  const answer = await source.actions(symbol, from, newYorkDate(now + PAID_WITHIN_MS));
  const counts = answer.filter(({ kind, exDate }) => exDate > from && exDate <= until && (adjustment === 'all' || kind !== 'cashDividend'));
  return counts.map(({ exDate }) => exDate).sort()[0];
}
