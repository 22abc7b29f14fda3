/**
 * Opening and closing auctions, derived from bars: the opening print is the open of a session's first bar with a tenth
 * of its volume, the closing print the close of its last bar, told twice as the tape does (print, then official price).
 */

import { dateText } from '../../domain/civil-day.ts';
import { newYorkDay } from '../../domain/new-york.ts';
import { type Instant, MINUTE_MS } from '../../domain/time.ts';
import { type Names, tapeBars } from '../bar-history.ts';
import { stamp } from '../stamp.ts';
import type { World } from '../world.ts';
import type { Point } from './series.ts';

export function* auctionDays(world: World, names: Names, from: Instant, to: Instant): Generator<Point> {
  const lastDay = newYorkDay(Math.min(to, world.now));
  const firstDay = Math.max(newYorkDay(from), lastDay - 3_660);
  for (let day = firstDay; day <= lastDay; day++) {
    const session = world.sessions.on(day);
    if (!session || session.opensAt < from || session.opensAt > to || session.opensAt > world.now) continue;
    const until = Math.min(session.closesAt, world.now) - MINUTE_MS;
    const bars = names.flatMap((name) => [...tapeBars(world, name, session.opensAt, until)]);
    const [first, last] = [bars[0], bars.at(-1)];
    if (!first || !last) continue;
    const print = (at: number, price: number, size: number, condition: string) => ({
      t: stamp(at),
      x: 'Q',
      p: price,
      s: size,
      c: condition,
    });
    const size = (volume: number): number => Math.max(1, Math.round(volume / 10));
    const isOver = world.now >= session.closesAt;
    yield {
      at: session.opensAt,
      render: () => ({
        d: dateText(day),
        o: ['O', 'Q'].map((condition) => print(first.startsAt, first.open, size(first.volume), condition)),
        c: isOver ? ['6', 'M'].map((condition) => print(session.closesAt, last.close, size(last.volume), condition)) : [],
      }),
    };
  }
}
