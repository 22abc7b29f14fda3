/**
 * Bad ticks. A price spike leaves both neighbours by more than 30 times the usual change from close to close (and more than
 * two percent), and the neighbours agree with each other: a crash does not come back in the next bar, a bad tick does.
 * A volume spike is more than 1,000 times the median volume and 20 times that of its neighbours.
 */
import type { BarRows } from '#server/domain/bar-blocks.ts';
import type { Finding } from './finding.ts';
import { medianOf, usualChange } from './robust.ts';

const USUAL_CHANGES = 30;
const LEAST = Math.log(1.02);
const MEDIAN_VOLUMES = 1_000;
const NEIGHBOUR_VOLUMES = 20;
const PERCENT = 100;

export function priceSpikes(rows: BarRows): Finding[] {
  const { length, open, high, low, close } = rows;
  const bound = Math.max(USUAL_CHANGES * usualChange(close, length), LEAST);
  const found: Finding[] = [];
  for (let i = 1; i < length - 1; i++) {
    const [before, after] = [close[i - 1] as number, open[i + 1] as number];
    if (Math.abs(Math.log(after / before)) > bound / 2) continue;
    const [top, bottom] = [Math.max(before, after), Math.min(before, after)];
    const up = Math.log((high[i] as number) / top);
    const down = Math.log(bottom / (low[i] as number));
    if (up <= bound && down <= bound) continue;
    const isUp = up > down;
    const percent = (Math.exp(isUp ? up : -down) - 1) * PERCENT;
    const price = isUp ? `high ${high[i]}` : `low ${low[i]}`;
    const at = rows.startsAt[i] as number;
    found.push({
      kind: 'priceSpike',
      from: at,
      to: at,
      detail: `${price} is ${percent.toFixed(1)} % from its neighbours ${before} and ${after}`,
    });
  }
  return found;
}

export function volumeSpikes({ length, startsAt, volume }: BarRows): Finding[] {
  const usual = medianOf(volume.slice(0, length).filter((value) => value > 0));
  const found: Finding[] = [];
  if (usual === 0) return found;
  for (let i = 0; i < length; i++) {
    const value = volume[i] as number;
    const beside = Math.max(i > 0 ? (volume[i - 1] as number) : 0, i + 1 < length ? (volume[i + 1] as number) : 0);
    if (value <= MEDIAN_VOLUMES * usual || value <= NEIGHBOUR_VOLUMES * beside) continue;
    const at = startsAt[i] as number;
    found.push({ kind: 'volumeSpike', from: at, to: at, detail: `${value} is ${Math.round(value / usual)} times the median of ${usual}` });
  }
  return found;
}
