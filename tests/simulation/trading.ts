/** Plays the market of a day: the exchange goes on whenever its tape has something, and the tape grows as the day needs it. */
import { type Instant, MINUTE_MS, SECOND_MS } from '#server/domain/time.ts';
import type { Waiting } from './machine/virtual-time.ts';
import type { Setting } from './stage.ts';
import { Pace } from './world/pace.ts';

export function playMarket({ time, service, evidence, market }: Setting): void {
  const { exchange, durable, settings } = evidence;
  let waiting: Waiting | undefined;
  const wait = (): void => {
    if (waiting !== undefined) waiting.run = undefined;
    const next = exchange.nextEventAt();
    if (next === undefined) return;
    const turn = (): void => {
      service.turn();
      wait();
    };
    waiting = time.after(next - time.now, turn, time.world);
  };
  const pace = new Pace(settings);
  const { opensAt, lastAt } = market;
  const decide = (startsAt: Instant): void => {
    const goOn = (): void => {
      if (startsAt >= lastAt) {
        market.finish();
        return;
      }
      if (pace.isBusy(startsAt, (startsAt - opensAt) / (lastAt - opensAt), durable.placed.size)) {
        market.trade(startsAt);
        wait();
      }
      decide((startsAt + MINUTE_MS) as Instant);
    };
    // Right before it begins.
    time.after(startsAt - SECOND_MS - time.now, goOn, time.world);
  };
  wait();
  decide((opensAt + MINUTE_MS) as Instant);
}
