/**
 * Brings a series up to what is wanted: only what is not complete yet is asked for, and each page is stored before the next
 * one is asked for. So whoever is ended in the middle goes on there, without a hole and without asking twice.
 */

import type { Adjustment } from '#server/domain/adjustment.ts';
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import { endOf } from '#server/domain/bar-spacing.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#server/domain/time.ts';
import { lastOf, makeRows, ROW_COLUMNS } from '#server/history/bar-rows.ts';
import { type SeriesKey, seriesName } from '#server/history/series.ts';
import { missing, type Span } from '#server/history/span.ts';
import { BarStoreError } from './error.ts';
import { type ActionSource, type ActionsReport, fetchActions, isOutdated } from './fetch-actions.ts';
import { openWriter, type SeriesWriter } from './series-writer.ts';

export interface FetchedBar {
  readonly startsAt: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly vwap: number;
  readonly trades: number;
}

export interface FetchedPage {
  readonly bars: readonly FetchedBar[];
  readonly unreadable: number;
  readonly isLast: boolean;
}

/** Who has the bars: pages in order of time. */
export interface BarSource extends ActionSource {
  pages(query: {
    readonly symbol: SeriesKey['symbol'];
    readonly timeframe: string;
    readonly adjustment: Adjustment;
    readonly from: number;
    readonly to: number;
  }): AsyncIterable<FetchedPage>;
}

export interface FetchOptions {
  readonly home: string;
  readonly key: SeriesKey;
  readonly source: BarSource;
  /** As it is to be kept with the series. */
  readonly sourceName: string;
  /** Bars that begin within [from, to); what has not ended at `now` is left for another time. */
  readonly wanted: Span;
  readonly now: number;
  /** What is stored is fetched again and replaced. */
  readonly replace: boolean;
  /** So many milliseconds more of what is wanted are there. */
  readonly onProgress: (ms: number) => void;
  /** Ends it after the page that is under way. */
  readonly signal: AbortSignal;
}

export interface FetchReport {
  readonly key: SeriesKey;
  readonly added: number;
  readonly changed: number;
  /** Bars that could not be true, and were left out. */
  readonly unreadable: number;
  readonly pages: number;
  /** Of splits and dividends; nothing where they were not looked for. */
  readonly actions: ActionsReport | undefined;
  /** The series has bars within what was wanted or elsewhere. */
  readonly hasBars: boolean;
}

/** The last bar may still be corrected for so long after its end. */
const SETTLE_MS = MINUTE_MS;

export async function fetchSeries(options: FetchOptions): Promise<FetchReport> {
  const { home, key, sourceName, replace } = options;
  const writer = openWriter({ home, key, source: sourceName, replace });
  try {
    const wanted = await spanToFetch(options, writer);
    const bars = await fetchBars(options, writer, wanted);
    const isStock = !isCryptoSymbol(key.symbol);
    const hasBars = (writer.stored?.segments.length ?? 0) > 0;
    const needsActions = isStock && key.adjustment === 'raw' && hasBars;
    const actions = needsActions ? await fetchActions({ ...options, firstBarAt: firstOf(writer) }) : undefined;
    return { key, ...bars, hasBars, actions };
  } finally {
    writer.close();
  }
}

const firstOf = (writer: SeriesWriter): number => writer.stored?.segments[0]?.firstAt ?? 0;

/** An adjusted series is of one day: what happened since would be in new bars and not in old ones. */
async function spanToFetch(options: FetchOptions, writer: SeriesWriter): Promise<Span> {
  const { key, wanted, now, replace, source } = options;
  const { stored } = writer;
  const length = key.timeframe.ms;
  const latest = now - SETTLE_MS - length - (length >= DAY_MS ? HOUR_MS : 0);
  const span = { from: wanted.from, to: Math.min(wanted.to, latest) };
  if (key.adjustment === 'raw' || stored === undefined) return span;
  if (replace) {
    writer.forget();
    const spans = [...stored.complete, span];
    return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
  }
  const since = await isOutdated(source, key, stored.adjustedAt, now);
  if (since === undefined) return span;
  throw new BarStoreError({
    code: 'barsConflict',
    message: `${seriesName(key)} was adjusted before ${since}: new bars would not fit the old ones`,
    hint: 'fetch it anew with --replace, or keep raw bars, of which adjusted ones are made when they are read',
    facts: { adjustedAt: stored.adjustedAt },
  });
}

type Counts = Pick<FetchReport, 'added' | 'changed' | 'unreadable' | 'pages'>;

async function fetchBars(options: FetchOptions, writer: SeriesWriter, wanted: Span): Promise<Counts> {
  const { key, source, now, replace, onProgress, signal } = options;
  const counts = { added: 0, changed: 0, unreadable: 0, pages: 0 };
  const holes = replace ? [wanted].filter(({ from, to }) => from < to) : missing(writer.stored?.complete ?? [], wanted);
  onProgress(Math.max(0, options.wanted.to - options.wanted.from - holes.reduce((sum, { from, to }) => sum + to - from, 0)));
  for (const hole of holes) {
    let { from } = hole;
    for await (const page of source.pages({ ...queryOf(key), ...hole })) {
      const rows = rowsOf(page.bars);
      const { added, changed } = writer.put(rows);
      counts.added += added;
      counts.changed += changed;
      counts.unreadable += page.unreadable;
      counts.pages += 1;
      const last = rows.length === 0 ? from : endOf(lastOf(rows), key.timeframe);
      const to = page.isLast ? hole.to : Math.min(last, hole.to);
      // A symbol that never had a bar gets no series: its name may be a mistake.
      if (added > 0 || (writer.stored?.segments.length ?? 0) > 0) writer.commit([{ from, to }], key.adjustment === 'raw' ? undefined : now);
      onProgress(to - from);
      from = to;
      signal.throwIfAborted();
    }
  }
  return counts;
}

const queryOf = ({ symbol, timeframe, adjustment }: SeriesKey) => ({ symbol, timeframe: timeframe.name, adjustment });

function rowsOf(bars: readonly FetchedBar[]): FullBarRows {
  const rows = makeRows(bars.length);
  bars.forEach((bar, i) => {
    for (const name of ROW_COLUMNS) rows[name][i] = bar[name];
  });
  return rows;
}
