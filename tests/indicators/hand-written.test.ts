/** The limits that the bench measures the kernels by are worth something only if they deliver the same lines. */
import { expect, test } from 'vitest';
import { ours } from '#scripts/bench/indicator-contenders.ts';
import { type Fold, type Kernel, lines, references } from '#scripts/bench/indicator-references.ts';
import { walk } from '#scripts/bench/walk.ts';

const bars = walk('X', 6_000, 11);
/** They begin anywhere: by then the longest of them has forgotten where. */
const FORGOTTEN = 2_000;

function linesOf(fold: Fold): number[][] {
  return bars.map((bar) => {
    lines.fill(0);
    fold(bar);
    return [...lines];
  });
}

test.each(Object.keys(references) as Kernel[])('%s', (kernel) => {
  const [mine, theirs] = [linesOf(ours[kernel]!()), linesOf(references[kernel]())];
  // What is summed from the first bar on keeps the difference of that bar.
  const before = kernel === 'obv' ? theirs[0]![0]! - mine[0]![0]! : 0;
  for (let nth = FORGOTTEN; nth < bars.length; nth++) {
    mine[nth]!.forEach((value, line) => {
      const other = theirs[nth]![line]! - before;
      expect(Math.abs(value - other), `line ${line} of bar ${nth}`).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(other)));
    });
  }
});
