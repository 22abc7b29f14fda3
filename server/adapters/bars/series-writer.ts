/**
 * Writes into a series, all or nothing: what is put becomes segments that nobody names yet, and `commit` replaces
 * `series.json`. A crash in between leaves the series as it was; the next writer removes what lies around.
 */

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FullBarRows } from '#server/domain/bar-blocks.ts';
import { firstOf, joinRows, lastOf, viewOf } from '#server/history/bar-rows.ts';
import { mergeRows } from '#server/history/merge.ts';
import { type SeriesKey, seriesName } from '#server/history/series.ts';
import { type Span, unite } from '#server/history/span.ts';
import { BarStoreError } from './error.ts';
import { LARGEST_SEGMENT, readSegment, writeSegment } from './segment-file.ts';
import { folderOf, readSeries, type SegmentEntry, type StoredSeries, writeSeries } from './series-file.ts';
import { lockSeries } from './series-lock.ts';

export interface WriterOptions {
  readonly home: string;
  readonly key: SeriesKey;
  /** Where the bars come from; a series has one source. */
  readonly source: string;
  /** Bars that are there with other values are replaced; otherwise a BarConflict is thrown. */
  readonly replace: boolean;
  /** How long to wait for another writer. */
  readonly waitMs?: number;
}

export interface Tally {
  /** Bars that were not there. */
  readonly added: number;
  /** There already, and the same. */
  readonly same: number;
  /** There already, and changed. */
  readonly changed: number;
}

export interface SeriesWriter {
  /** As it was when the writer began, or after its last commit. */
  readonly stored: StoredSeries | undefined;
  /** Bars in order of time, none of them within or before what was put last. */
  put(rows: FullBarRows): Tally;
  /** Begins anew: with the next commit nothing of what was there is left. */
  forget(): void;
  /** Makes visible what was put, and notes the spans as complete. */
  commit(complete: readonly Span[], adjustedAt?: number): void;
  /** Forgets what was put since the last commit, and lets others write. */
  close(): void;
}

export function openWriter(options: WriterOptions): SeriesWriter {
  const lock = lockSeries(options.home, options.key, options.waitMs);
  try {
    return makeWriter(options, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

function makeWriter({ home, key, source, replace }: WriterOptions, release: () => void): SeriesWriter {
  let stored = readSeries(home, key);
  checkSource(key, stored, source);
  let segments: readonly SegmentEntry[] = stored?.segments ?? [];
  let spans: readonly Span[] = stored?.complete ?? [];
  removeUnnamed(home, key, segments);

  const put = (rows: FullBarRows): Tally => {
    if (rows.length === 0) return { added: 0, same: 0, changed: 0 };
    const touched = touchedBy(segments, rows);
    const before = joinRows(touched.map((entry) => readSegment(home, key, entry)));
    const merged = mergeRows(before, rows, replace);
    const { added, same, changed } = merged;
    if (added + changed === 0) return { added, same, changed };
    const fresh: SegmentEntry[] = [];
    for (let from = 0; from < merged.rows.length; from += LARGEST_SEGMENT) {
      const part = viewOf(merged.rows, from, Math.min(from + LARGEST_SEGMENT, merged.rows.length));
      fresh.push(writeSegment(home, key, source, part));
    }
    const kept = segments.filter((entry) => !touched.includes(entry));
    const next = [...kept, ...fresh].sort((a, b) => a.firstAt - b.firstAt);
    dropUnlessNamed(home, key, touched, [...next, ...(stored?.segments ?? [])]);
    segments = next;
    return { added, same, changed };
  };
  return {
    get stored() {
      return stored;
    },
    put,
    forget: () => {
      segments = [];
      spans = [];
    },
    commit: (complete, adjustedAt) => {
      const before = stored?.segments ?? [];
      spans = unite([...spans, ...complete]);
      const next = { key, source, adjustedAt: adjustedAt ?? stored?.adjustedAt, complete: spans, segments };
      writeSeries(home, next);
      stored = next;
      dropUnlessNamed(home, key, before, segments);
    },
    close: () => {
      removeUnnamed(home, key, stored?.segments ?? []);
      release();
    },
  };
}

/** Segments that share time with the rows; else a neighbour that is not full, so that many small ones do not come to be. */
function touchedBy(segments: readonly SegmentEntry[], rows: FullBarRows): readonly SegmentEntry[] {
  const [from, to] = [firstOf(rows), lastOf(rows)];
  const within = segments.filter(({ firstAt, lastAt }) => firstAt <= to && lastAt >= from);
  if (within.length > 0) return within;
  const beside = [segments.findLast(({ lastAt }) => lastAt < from), segments.find(({ firstAt }) => firstAt > to)];
  return beside.filter((entry) => entry !== undefined && entry.bars < LARGEST_SEGMENT).slice(0, 1) as SegmentEntry[];
}

function checkSource(key: SeriesKey, stored: StoredSeries | undefined, source: string): void {
  if (stored === undefined || stored.source === source) return;
  throw new BarStoreError({
    code: 'barsSource',
    message: `${seriesName(key)} holds bars of ${stored.source}; these are of ${source}`,
    hint: 'bars of two sources do not mix: remove the series first with "tradar data remove", or name the source with --source when it is the same',
    facts: { stored: stored.source, source },
  });
}

function dropUnlessNamed(home: string, key: SeriesKey, entries: readonly SegmentEntry[], named: readonly SegmentEntry[]): void {
  const names = new Set(named.map(({ file }) => file));
  for (const { file } of entries) if (!names.has(file)) rmSync(join(folderOf(home, key), file), { force: true });
}

/** What a writer left that did not come to its commit. */
function removeUnnamed(home: string, key: SeriesKey, named: readonly SegmentEntry[]): void {
  const names = new Set(['series.json', ...named.map(({ file }) => file)]);
  const folder = folderOf(home, key);
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return;
  }
  for (const file of files) if (!names.has(file)) rmSync(join(folder, file), { force: true });
}
