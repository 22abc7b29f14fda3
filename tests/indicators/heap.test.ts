/** The hot kernels keep no bar: after a million bars the heap is what it was after a hundred thousand. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { walk } from '#scripts/bench/walk.ts';
import { kernels } from '#server/indicators/catalogue/kernels.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const heapMegabytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

test('flat within a megabyte from 100,000 to 1,000,000 bars', { timeout: 60_000 }, () => {
  const bars = walk('X', 50_000, 7);
  const works = kernels.map((kernel) => kernel.make(kernel.params.parse({})));
  const feed = (times: number): void => {
    for (let nth = 0; nth < times; nth++) for (const bar of bars) for (const work of works) work.next(bar);
  };
  feed(2);
  const before = heapMegabytes();
  feed(18);
  expect(heapMegabytes() - before).toBeLessThan(1);
});
