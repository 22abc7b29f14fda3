/** How far the clocks are apart, told with a statement: the first time, and whenever it is another by more than a step. */
import type { Tell } from '#server/runtime/ports.ts';
import type { MarketClock } from './clock.ts';

/** Less is the way of a message. */
const STEP_MS = 100;

/** Tells what it is given; before a statement, what the last reading of the broker's clock said. */
export function tellingSkew(tell: Tell, { skewMs }: Pick<MarketClock, 'skewMs'>): Tell {
  let toldMs: number | undefined;
  return (event) => {
    const readMs = event.kind === 'statement' ? skewMs() : undefined;
    if (readMs !== undefined && (toldMs === undefined || Math.abs(readMs - toldMs) > STEP_MS)) {
      toldMs = Math.round(readMs);
      tell({ kind: 'clockSkew', skewMs: toldMs });
    }
    tell(event);
  };
}
