/**
 * Splits that nobody told of. From the close of a day to the open of the next, a jump by one of the usual ratios of splits
 * (within four percent, one and a half within two) is one, unless a split of that ratio is known to have been then. And the
 * other way round: where a split is known, raw bars must show it.
 */

import type { BarRows } from '#server/domain/bar-blocks.ts';
import { dateText } from '#server/domain/civil-day.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import type { Finding } from './finding.ts';
import { dayOfBar } from './gaps.ts';

const RATIOS = [1.5, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100] as const;
const WITHIN = Math.log(1.04);
const WITHIN_SMALL = Math.log(1.02);
const SMALL = 1.5;

/** A split by its first day: prices were divided by `ratio` (4 for four new shares for one old). */
export interface KnownSplit {
  readonly day: number;
  readonly ratio: number;
}

const isNear = (value: number, ratio: number, within: number): boolean => Math.abs(Math.log(value / ratio)) <= within;

function ratioOf(jump: number): number | undefined {
  const size = Math.max(jump, 1 / jump);
  const ratio = RATIOS.find((one) => isNear(size, one, one === SMALL ? WITHIN_SMALL : WITHIN));
  return ratio === undefined || jump > 1 ? ratio : 1 / ratio;
}

/** `known` splits count in raw bars alone: in all others a jump is one that was left unadjusted. */
export function splitFindings(rows: BarRows, timeframe: Timeframe, isRaw: boolean, known: readonly KnownSplit[]): Finding[] {
  const { length, startsAt, open, close } = rows;
  const found: Finding[] = [];
  for (let i = 1; i < length; i++) {
    const day = dayOfBar(timeframe, startsAt[i] as number);
    const before = dayOfBar(timeframe, startsAt[i - 1] as number);
    if (day === before) continue;
    const jump = (close[i - 1] as number) / (open[i] as number);
    const split = isRaw ? known.find((one) => one.day > before && one.day <= day) : undefined;
    const [from, to] = [startsAt[i - 1] as number, startsAt[i] as number];
    const seen = `${close[i - 1]} to ${open[i]} on ${dateText(day)}`;
    if (split !== undefined) {
      if (isNear(jump, split.ratio, Math.max(WITHIN, Math.abs(Math.log(split.ratio)) / 2))) continue;
      found.push({ kind: 'splitMissing', from, to, detail: `a split of ${ratioText(split.ratio)} is known, but it went from ${seen}` });
      continue;
    }
    const ratio = ratioOf(jump);
    if (ratio === undefined) continue;
    found.push({ kind: 'splitSuspected', from, to, detail: `${seen} looks like a split of ${ratioText(ratio)}` });
  }
  return found;
}

const ratioText = (ratio: number): string => (ratio >= 1 ? `${Math.round(ratio * 100) / 100}:1` : `1:${Math.round(100 / ratio) / 100}`);
