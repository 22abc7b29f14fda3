/** Quotes and trades of the past: the recorded ones where there are any, else those that the walk through the bars makes. */
import type { Instant } from '../../domain/time.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import type { Asset } from '../asset.ts';
import { tapeBars } from '../bar-history.ts';
import { derivedQuote, type Quote, WALK_AT } from '../quote.ts';
import type { World } from '../world.ts';

export interface PastTick {
  readonly quote: Quote;
  readonly isQuote: boolean;
  readonly isTrade: boolean;
}

/** Everything within [from, to] that has happened, oldest first. */
export function* ticksOf(world: World, asset: Asset, from: number, to: number): Generator<PastTick> {
  const { instrument } = asset;
  const until = Math.min(to, world.now);
  const source = { instrument, halfSpreadBps: world.settings.halfSpreadBps };
  for (const bar of tapeBars(world, instrument.symbol, from - MINUTE_MS, until)) {
    for (let step = 0; step < WALK_AT.length; step++) {
      const at = (bar.startsAt + (WALK_AT[step] ?? 0)) as Instant;
      if (at < from || at > until) continue;
      yield { quote: derivedQuote(source, bar, step), isQuote: true, isTrade: true };
    }
  }
}
