/** Bars in a row without any volume, in a series that has volumes: a feed that stood still. */
import type { BarRows } from '#server/domain/bar-blocks.ts';
import type { Finding } from './finding.ts';

const SHORTEST_RUN = 10;

export function zeroVolumes({ length, startsAt, volume }: BarRows): Finding[] {
  const found: Finding[] = [];
  if (!volume.some((value) => value > 0)) return found;
  let run = 0;
  for (let i = 0; i <= length; i++) {
    if (i < length && volume[i] === 0) {
      run += 1;
      continue;
    }
    if (run >= SHORTEST_RUN) {
      const [from, to] = [startsAt[i - run] as number, startsAt[i - 1] as number];
      found.push({ kind: 'zeroVolume', from, to, detail: `${run} bars in a row without volume` });
    }
    run = 0;
  }
  return found;
}
