/** Looks at the bars of a series for everything that is likely to be wrong with them. */
import { barFault } from '#server/domain/bar.ts';
import type { BarRows } from '#server/domain/bar-blocks.ts';
import { DAY_MS } from '#server/domain/time.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import { type Calendar, createNyseSessions } from '../sessions.ts';
import type { Span } from '../span.ts';
import type { Finding } from './finding.ts';
import { dayOfBar, findGaps } from './gaps.ts';
import { priceSpikes, volumeSpikes } from './spikes.ts';
import { type KnownSplit, splitFindings } from './splits.ts';
import { zeroVolumes } from './volumes.ts';

export interface VerifyOptions {
  readonly timeframe: Timeframe;
  readonly isRaw: boolean;
  /** Nothing: gaps are not looked for. */
  readonly calendar: Calendar | undefined;
  readonly complete: readonly Span[];
  readonly maxGapMs: number;
  /** Pairs are never split, and have bars without volume for minutes without a trade. */
  readonly isPair: boolean;
  readonly knownSplits: readonly KnownSplit[];
}

/** In order of time. */
export function verifyRows(rows: BarRows, options: VerifyOptions): Finding[] {
  const { timeframe, calendar, isRaw, isPair, knownSplits } = options;
  const findings = impossibleBars(rows);
  // Nothing can be said of the course of prices that are none.
  if (findings.length === 0) findings.push(...priceSpikes(rows), ...volumeSpikes(rows));
  if (!isPair) findings.push(...splitFindings(rows, timeframe, isRaw, knownSplits), ...zeroVolumes(rows));
  if (calendar !== undefined) findings.push(...gapFindings(rows, { ...options, calendar }), ...closedMarket(rows, timeframe, calendar));
  return findings.sort((a, b) => a.from - b.from);
}

function impossibleBars({ length, startsAt, open, high, low, close, volume }: BarRows): Finding[] {
  const found: Finding[] = [];
  const at = (column: Float64Array, i: number): number => column[i] as number;
  for (let i = 0; i < length; i++) {
    const from = at(startsAt, i);
    if (i > 0 && !(from > at(startsAt, i - 1)))
      found.push({ kind: 'disorder', from, to: from, detail: 'it does not begin after the bar before it' });
    const fault = barFault({ open: at(open, i), high: at(high, i), low: at(low, i), close: at(close, i), volume: at(volume, i) });
    if (fault !== undefined) found.push({ kind: 'impossible', from, to: from, detail: fault });
  }
  return found;
}

function gapFindings(rows: BarRows, options: VerifyOptions & { readonly calendar: Calendar }): Finding[] {
  return findGaps(rows, options).map(({ from, to }) => ({
    kind: 'gap',
    from,
    to,
    detail: `no bar for ${lengthText(to - from)} while the market was open`,
  }));
}

export function lengthText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  return ms < 2 * DAY_MS ? `${Math.round(minutes / 60)} hours` : `${Math.round(ms / DAY_MS)} days`;
}

/** Stocks have no bars on Saturdays, Sundays and holidays; of those in a row one is told. */
function closedMarket({ length, startsAt }: BarRows, timeframe: Timeframe, calendar: Calendar): Finding[] {
  const found: Finding[] = [];
  if (calendar === 'always' || timeframe.ms > DAY_MS) return found;
  const sessionOf = createNyseSessions();
  let told: number | undefined;
  for (let i = 0; i < length; i++) {
    const at = startsAt[i] as number;
    const day = dayOfBar(timeframe, at);
    if (day === told || sessionOf(day) !== undefined) continue;
    told = day;
    found.push({ kind: 'closedMarket', from: at, to: at, detail: 'stocks did not trade on this day' });
  }
  return found;
}
