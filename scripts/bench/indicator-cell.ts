/**
 * All contenders of one kernel, pass by pass in turn, so that whatever else the machine does disturbs them alike; a kernel and a way
 * have a process, so that V8 sees of it only what it would see of it alone. Prints the median nanoseconds a bar of each contender.
 *
 * `stream`: bar by bar through a function that the loop can not take apart (four others are called from the same place), as an
 * engine calls its agents; whoever is measured pays for that and for the copying of a bar: `nothing` is what it costs alone.
 * `window`: our kernel at several lengths. `columns`: whole columns at a time, without a bar that goes from hand to hand.
 */
import type { Candle } from '#server/indicators/usable.ts';
import { CONTENDERS, makersOf, WINDOWS, windows } from './indicator-contenders.ts';
import { type Fold, type Kernel, lines } from './indicator-references.ts';
import { median } from './machine.ts';
import { walk } from './walk.ts';

const BARS = 50_000;
const BLOCK = 100;
/** Of a pass of who takes microseconds for a bar. */
const FEW = 2_000;
/** Short columns come first: V8 compiles what is called often, better than a long loop that has already begun. */
const [FEWEST, OFTEN] = [200, 200];
/** Of each contender: until V8 has compiled it, and what is measured then. */
const [WARM_UP_MS, LEAST_WARM_UP_PASSES] = [30, 2];
const [MEASURED_MS, LEAST_PASSES] = [40, 3];

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

function stream(fold: Fold, count = BARS): void {
  for (let from = 0; from < count; from += BLOCK) feed(fold, from);
}

const nothing: Fold = (bar) => {
  lines[0] = bar.close;
};

/** Seen at the same place, they keep the loop from taking a fold into itself. */
const others: readonly Fold[] = [
  nothing,
  (bar) => {
    lines[1] = bar.high;
  },
  (bar) => {
    lines[2] = bar.low;
  },
  (bar) => {
    lines[0] = bar.volume;
  },
];

interface Contest {
  readonly name: string;
  readonly pass: () => unknown;
  /** Bars of a pass. */
  readonly count: number;
  readonly times: number[];
  spentMs: number;
}

const contest = (name: string, pass: () => unknown, count = BARS): Contest => ({ name, pass, count, times: [], spentMs: 0 });

async function streams(kernel: Kernel): Promise<Contest[]> {
  const all = [contest('nothing', () => stream(nothing))];
  for (const contender of CONTENDERS) {
    const make = (await makersOf(contender))[kernel];
    const count = contender === 'indicatorts' ? FEW : BARS;
    if (make !== undefined) all.push(contest(contender, () => stream(make(), count), count));
  }
  return all;
}

async function columns(kernel: Kernel): Promise<Contest[]> {
  const { columnsOf, ours, theirs } = await import('./indicator-columns.ts');
  const [own, other, few, all] = [ours[kernel], theirs[kernel], columnsOf(bars.slice(0, FEWEST)), columnsOf(bars)];
  if (own === undefined || other === undefined) throw new Error(`indicatorts has no ${kernel} of columns`);
  for (let nth = 0; nth < OFTEN; nth++) [own, other].map((compute) => compute(few));
  return [contest('insydetradar', () => own(all)), contest('indicatorts', () => other(all))];
}

/** The memory goes on from pass to pass: a long window would never be full otherwise. */
const lengths = (kernel: Kernel): Contest[] =>
  WINDOWS.map((length) => {
    const fold = windows[kernel as keyof typeof windows](length);
    return contest(String(length), () => stream(fold));
  });

const ways = { stream: streams, columns, window: lengths } as const;

/** Turn by turn, until each has had its time and its passes. */
function take(all: readonly Contest[], forMs: number, leastPasses: number): void {
  for (const one of all) {
    one.times.length = 0;
    one.spentMs = 0;
  }
  const isOwed = (one: Contest): boolean => one.times.length < leastPasses || one.spentMs < forMs;
  for (let left = [...all]; left.length > 0; left = left.filter(isOwed)) {
    for (const one of left) {
      const begin = performance.now();
      one.pass();
      const ms = performance.now() - begin;
      one.times.push(ms);
      one.spentMs += ms;
    }
  }
}

const [way, kernel] = process.argv.slice(2) as [keyof typeof ways, Kernel];
for (let nth = 0; nth < 10; nth++) for (const other of others) stream(other);
const all = await ways[way](kernel);
take(all, WARM_UP_MS, LEAST_WARM_UP_PASSES);
take(all, MEASURED_MS, LEAST_PASSES);
console.log(JSON.stringify(Object.fromEntries(all.map(({ name, count, times }) => [name, (median(times) * 1e6) / count]))));
