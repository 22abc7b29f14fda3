/** One cell of the indicators' bench, in a process of its own: prints the nanoseconds a bar of one indicator by one contender. */

import type { Candle } from '#server/indicators/usable.ts';
import { type Contender, makersOf } from './indicator-contenders.ts';
import type { Fold, Kernel } from './indicator-references.ts';
import { median } from './machine.ts';
import { walk } from './walk.ts';

const BARS = 300_000;
const PASSES = 5;

const [kernel, contender] = process.argv.slice(2) as [Kernel, Contender | 'indicatorts'];
const bars = walk('X', BARS, 7);

const column = (read: (bar: (typeof bars)[number]) => number): Float64Array => Float64Array.from(bars, read);
const [starts, opens, highs] = [column((bar) => bar.startsAt), column((bar) => bar.open), column((bar) => bar.high)];
const [lows, closes, volumes] = [column((bar) => bar.low), column((bar) => bar.close), column((bar) => bar.volume)];

/** Feeds columns through one reused bar, as a stream's reader does; every contender pays for it. */
function stream(fold: Fold): number {
  const pooled = { startsAt: 0.5, open: 0.5, high: 0.5, low: 0.5, close: 0.5, volume: 0.5 };
  let sink = 0;
  for (let nth = 0; nth < BARS; nth++) {
    pooled.startsAt = starts[nth] as number;
    pooled.open = opens[nth] as number;
    pooled.high = highs[nth] as number;
    pooled.low = lows[nth] as number;
    pooled.close = closes[nth] as number;
    pooled.volume = volumes[nth] as number;
    sink += fold(pooled as unknown as Candle);
  }
  return sink;
}

async function passOf(): Promise<(() => unknown) | undefined> {
  if (contender === 'indicatorts') {
    const { columnsOf, columnwise } = await import('./indicator-columns.ts');
    const [columns, compute] = [columnsOf(bars), columnwise[kernel]];
    return compute && (() => compute(columns));
  }
  const make = (await makersOf(contender))[kernel];
  return () => stream(make());
}

const pass = await passOf();
const figures: number[] = [];
for (let nth = -2; nth < PASSES && pass !== undefined; nth++) {
  const begin = performance.now();
  pass();
  if (nth >= 0) figures.push(((performance.now() - begin) * 1e6) / BARS);
}
console.log(JSON.stringify(pass === undefined ? null : median(figures)));
