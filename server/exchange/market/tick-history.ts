/** Quotes and trades of the past: the recorded ones where there are any, else those that the walk through the bars makes. */
import type { Instant } from '../../domain/time.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import type { Asset } from '../asset.ts';
import { tapeBars } from '../bar-history.ts';
import { isQuiet } from '../quiet-bars.ts';
import { derivedQuote, type Quote, WALK_AT, walksAt } from '../quote.ts';
import { lapShift, recordingOf } from '../tape.ts';
import { quoteOfTick, type SymbolTicks } from '../tick-tape.ts';
import type { World } from '../world.ts';

export interface PastTick {
  readonly quote: Quote;
  readonly isQuote: boolean;
  readonly isTrade: boolean;
}

/** Everything within [from, to] that has happened, oldest first. */
export function* ticksOf(world: World, asset: Asset, from: number, to: number): Generator<PastTick> {
  const until = Math.min(to, world.now);
  const { symbol } = asset.instrument;
  let at = from;
  for (let lap = 0; lap <= world.cursor.lap; lap++) {
    const known = recordingOf(world.tape, lap).recorded.bySymbol.get(symbol);
    if (!known) continue;
    const shift = lapShift(world.tape, lap);
    const [begin, end] = [known.from + shift, known.to + shift];
    if (end < at) continue;
    if (begin > until) break;
    yield* walkedTicks(world, asset, at, begin - 1);
    yield* recordedTicks(world, asset, known, { shift, from: at, to: Math.min(until, end) });
    // What the walk would say in the minute of the last tick was told by the ticks.
    at = end - (end % MINUTE_MS) + MINUTE_MS;
  }
  yield* walkedTicks(world, asset, at, until);
}

interface Lap {
  readonly shift: number;
  readonly from: number;
  readonly to: number;
}

function* recordedTicks(world: World, { instrument }: Asset, { ticks, hasQuotes }: SymbolTicks, lap: Lap): Generator<PastTick> {
  const source = { instrument, halfSpreadBps: world.settings.halfSpreadBps };
  for (let i = firstTick(ticks, lap.from - lap.shift); i < ticks.length; i++) {
    const tick = ticks[i];
    if (!tick || tick.at + lap.shift > lap.to) break;
    const quote = quoteOfTick(source, tick, (tick.at + lap.shift) as Instant, undefined, hasQuotes);
    yield { quote, isQuote: tick.kind === 'quote' || !hasQuotes, isTrade: tick.kind === 'trade' };
  }
}

/** Index of the first tick that is not before `from`. */
function firstTick(ticks: readonly { readonly at: number }[], from: number): number {
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ticks[middle]?.at ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* walkedTicks(world: World, { instrument }: Asset, from: number, until: number): Generator<PastTick> {
  if (from > until) return;
  const source = { instrument, halfSpreadBps: world.settings.halfSpreadBps };
  for (const bar of tapeBars(world, instrument.symbol, from - MINUTE_MS, until)) {
    for (let step = 0; step < WALK_AT.length; step++) {
      const at = bar.startsAt + (WALK_AT[step] ?? 0);
      if (at < from || at > until || !walksAt(bar, step)) continue;
      yield { quote: derivedQuote(source, bar, step), isQuote: true, isTrade: !isQuiet(bar) };
    }
  }
}
