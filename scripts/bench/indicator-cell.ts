/**
 * One cell of the indicators' bench, in a process of its own: prints the nanoseconds a bar of the fastest pass. Passes are short, so
 * that some of them are not disturbed by whatever else the machine does.
 *
 * `stream`: bar by bar through a function that the loop can not take apart (three others are called from the same place), as an
 * engine calls its agents; whoever is measured pays for that and for the copying of a bar, 8 ns on the machine of docs/indicators.md.
 * `window`: the same at another length. `columns`: whole columns at a time, without a bar that goes from hand to hand.
 */
import type { Candle } from '#server/indicators/usable.ts';
import { type Contender, makersOf, windows } from './indicator-contenders.ts';
import { type Fold, type Kernel, lines } from './indicator-references.ts';
import { walk } from './walk.ts';

const BARS = 50_000;
const BLOCK = 100;
const LEAST_PASSES = 6;
const LONG_ENOUGH_MS = 400;
const WARM_UP_PASSES = 30;

const bars = walk('X', BARS, 7);
const column = (read: (bar: (typeof bars)[number]) => number): Float64Array => Float64Array.from(bars, read);
const [starts, opens, highs] = [column((bar) => bar.startsAt), column((bar) => bar.open), column((bar) => bar.high)];
const [lows, closes, volumes] = [column((bar) => bar.low), column((bar) => bar.close), column((bar) => bar.volume)];

/** One bar, filled anew for each, as the reader of a stream does. */
const pooled = { startsAt: 0.5, open: 0.5, high: 0.5, low: 0.5, close: 0.5, volume: 0.5 };

function feed(fold: Fold, from: number): void {
  for (let nth = from; nth < from + BLOCK; nth++) {
    pooled.startsAt = starts[nth] as number;
    pooled.open = opens[nth] as number;
    pooled.high = highs[nth] as number;
    pooled.low = lows[nth] as number;
    pooled.close = closes[nth] as number;
    pooled.volume = volumes[nth] as number;
    fold(pooled as unknown as Candle);
  }
}

function stream(fold: Fold): void {
  for (let from = 0; from < BARS; from += BLOCK) feed(fold, from);
}

/** Seen at the same place, they keep the loop from taking a fold into itself. */
const others: readonly Fold[] = [
  (bar) => {
    lines[0] = bar.close;
  },
  (bar) => {
    lines[1] = bar.high;
  },
  (bar) => {
    lines[2] = bar.low;
  },
];

async function passOf(way: string, kernel: Kernel, contender: string): Promise<() => unknown> {
  if (way === 'columns') {
    const { columnsOf, ours, theirs } = await import('./indicator-columns.ts');
    const [compute, columns] = [(contender === 'indicatorts' ? theirs : ours)[kernel], columnsOf(bars)];
    if (compute === undefined) throw new Error(`${contender} has no ${kernel} of columns`);
    return () => compute(columns);
  }
  for (let nth = 0; nth < WARM_UP_PASSES; nth++) for (const other of others) stream(other);
  if (way === 'window') return () => stream(windows[kernel as keyof typeof windows](Number(contender)));
  if (contender === 'nothing') return () => stream(others[0] as Fold);
  const make = (await makersOf(contender as Contender))[kernel];
  return () => stream(make());
}

const [way = '', kernel, contender = ''] = process.argv.slice(2) as [string, Kernel, string];
const pass = await passOf(way, kernel, contender);
let fastest = Number.POSITIVE_INFINITY;
const began = performance.now();
for (let nth = 0; nth < LEAST_PASSES || performance.now() - began < LONG_ENOUGH_MS; nth++) {
  const begin = performance.now();
  pass();
  fastest = Math.min(fastest, performance.now() - begin);
}
console.log(JSON.stringify((fastest * 1e6) / BARS));
