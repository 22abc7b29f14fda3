/** What there is of a series, and what is wrong with it. */

import { endOf } from '#server/domain/bar-spacing.ts';
import { parseDate } from '#server/domain/civil-day.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import type { StoredAction } from '#server/history/corporate-action.ts';
import type { SeriesKey } from '#server/history/series.ts';
import { type Calendar, calendarOf } from '#server/history/sessions.ts';
import type { Span } from '#server/history/span.ts';
import type { Finding } from '#server/history/verify/finding.ts';
import { DEFAULT_MAX_GAP_MS, findGaps } from '#server/history/verify/gaps.ts';
import type { KnownSplit } from '#server/history/verify/splits.ts';
import { verifyRows } from '#server/history/verify/verify.ts';
import { readActions } from './actions-file.ts';
import { BarStoreError } from './error.ts';
import { readRows, type SeriesRows } from './read-rows.ts';

export interface SeriesFacts {
  readonly key: SeriesKey;
  readonly source: string;
  /** When the first bar begins and the last one ends. */
  readonly from: number;
  readonly to: number;
  readonly bars: number;
  /** Stretches without bars that should have some, by the usual bounds. */
  readonly gaps: number;
  readonly bytes: number;
  /** Of these spans every bar is there. */
  readonly complete: readonly Span[];
  readonly adjustedAt: number | undefined;
}

function everything(home: string, key: SeriesKey): SeriesRows | undefined {
  return readRows(home, key, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
}

/** Nothing when the series is gone meanwhile; a BarStoreError when it is damaged. */
export function describeSeries(home: string, key: SeriesKey): SeriesFacts | undefined {
  const found = everything(home, key);
  if (found === undefined) return undefined;
  const { series, rows } = found;
  const { source, segments, complete, adjustedAt } = series;
  const calendar = calendarOf(key.symbol);
  const gaps = findGaps(rows, { timeframe: key.timeframe, calendar, complete, maxGapMs: DEFAULT_MAX_GAP_MS[calendar] });
  return {
    key,
    source,
    from: segments[0]?.firstAt ?? 0,
    to: endOf(segments.at(-1)?.lastAt ?? 0, key.timeframe),
    bars: rows.length,
    gaps: gaps.length,
    bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    complete,
    adjustedAt,
  };
}

export interface InspectOptions {
  /** 'none': gaps are not looked for. Otherwise that of the symbol. */
  readonly calendar: Calendar | 'none' | undefined;
  /** Otherwise the usual one of the calendar. */
  readonly maxGapMs: number | undefined;
}

export interface Inspection {
  readonly bars: number;
  readonly findings: readonly Finding[];
  /** Why it could not be read, when it could not. */
  readonly damage: BarStoreError | undefined;
}

export function inspectSeries(home: string, key: SeriesKey, options: InspectOptions): Inspection {
  try {
    const found = everything(home, key);
    if (found === undefined) return { bars: 0, findings: [], damage: undefined };
    const wanted = options.calendar ?? calendarOf(key.symbol);
    const calendar = wanted === 'none' ? undefined : wanted;
    const findings = verifyRows(found.rows, {
      timeframe: key.timeframe,
      isRaw: key.adjustment === 'raw',
      isPair: isCryptoSymbol(key.symbol),
      calendar,
      complete: found.series.complete,
      maxGapMs: options.maxGapMs ?? DEFAULT_MAX_GAP_MS[calendar ?? 'nyse'],
      knownSplits: (readActions(home, key.symbol)?.actions ?? []).flatMap(splitOf),
    });
    return { bars: found.rows.length, findings, damage: undefined };
  } catch (error) {
    if (!(error instanceof BarStoreError)) throw error;
    return { bars: 0, findings: [], damage: error };
  }
}

function splitOf(action: StoredAction): KnownSplit[] {
  const day = parseDate(action.exDate) ?? 0;
  if (action.kind === 'split') return [{ day, ratio: action.newRate / action.oldRate }];
  return action.kind === 'factor' && action.of === 'split' ? [{ day, ratio: 1 / action.factor }] : [];
}
