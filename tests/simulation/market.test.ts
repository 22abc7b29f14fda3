/** The market of a simulated day: a walk without leaps, whichever of its minutes are traded. */
import { expect, test } from 'vitest';
import { type Instant, MINUTE_MS } from '#server/domain/time.ts';
import { Market } from './world/market.ts';
import { drawSettings } from './world/settings.ts';

test('the last minute jumped back to the prices that the day began with: it goes on from where they are by then', () => {
  const market = new Market(drawSettings(7));
  for (let nth = 1; nth <= 200; nth++) market.trade((market.opensAt + nth * MINUTE_MS) as Instant);
  market.finish();
  const lastMinute = market.tape.minutes.find(({ startsAt }) => startsAt === market.lastAt);
  for (const [symbol, bars] of market.tape.series) {
    if (symbol.includes('/')) continue;
    const [before, last] = bars.slice(-2);
    expect(last).toMatchObject({ startsAt: market.lastAt, open: before?.close });
    expect(lastMinute?.bars).toContain(last);
  }
});
