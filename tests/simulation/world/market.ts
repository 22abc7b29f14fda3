/** The bars of a simulated day: prices that wander, minutes without trades, and a pair that trades for a while after the bell. */
import type { Bar } from '#server/domain/bar.ts';
import { parseDate } from '#server/domain/civil-day.ts';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { cryptoPair, equity } from '#server/domain/instrument.ts';
import { newYorkInstant } from '#server/domain/new-york.ts';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { makeTape, type Series, type Tape } from '#server/exchange/tape.ts';
import { Chance } from '../machine/chance.ts';
import type { DaySettings } from './settings.ts';

/** What the pair trades beside the last part of the session and after it. */
const PAIR_MINUTES = { before: 50, after: 7 } as const;

export function makeMarket(settings: DaySettings): Tape {
  const { seed, date, opensMinute, closesMinute, stocks, pairs, activity } = settings;
  const day = parseDate(date) ?? 0;
  const rhythm = new Chance(seed, 'minutes');
  const busy: Instant[] = [];
  for (let minute = opensMinute; minute < closesMinute; minute++) {
    const isEdge = minute === opensMinute || minute === closesMinute - 1;
    if (isEdge || rhythm.happens(activity)) busy.push(newYorkInstant(day, minute));
  }
  const paired: Instant[] = [];
  for (let minute = closesMinute - PAIR_MINUTES.before; minute < closesMinute + PAIR_MINUTES.after; minute++)
    paired.push(newYorkInstant(day, minute));
  const series: Series[] = [
    ...stocks.map((name) => ({ instrument: equity(name), bars: walk(settings, name, busy, 2) })),
    ...pairs.map((name) => ({ instrument: cryptoPair(name), bars: walk(settings, name, paired, 4) })),
  ];
  return makeTape({ series, ...(closesMinute === 960 ? {} : { earlyCloses: { [date]: '13:00' } }) });
}

function walk({ seed, swing }: DaySettings, name: string, minutes: readonly Instant[], decimals: number): Bar[] {
  const chance = new Chance(seed, `prices of ${name}`);
  const exact = (value: number): number => Number(Math.max(0.01, value).toFixed(decimals));
  let price = chance.between(20, 400);
  return minutes.map((startsAt) => {
    const open = exact(price);
    // Now and then it jumps: what waits at a stop is passed.
    const size = chance.happens(0.02) ? swing * 12 : swing;
    price *= 1 + (chance.roll() + chance.roll() - 1) * 2 * size;
    const close = exact(price);
    const reach = price * swing * chance.roll();
    return {
      symbol: name as AssetSymbol,
      startsAt,
      endsAt: (startsAt + MINUTE_MS) as Instant,
      open,
      close,
      high: exact(Math.max(open, close) + reach),
      low: exact(Math.min(open, close) - reach),
      volume: chance.whole(100, 10_000),
    };
  });
}
