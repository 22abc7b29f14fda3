/** How the bars of a company are restated for a query: only actions whose ex-date has begun count. */

import { factorsAt } from '../../domain/adjustment.ts';
import type { Bar } from '../../domain/bar.ts';
import type { AssetSymbol } from '../../domain/ids.ts';
import { type Adjustment, adjusted, stepsOf } from '../adjusted-bars.ts';
import { historiesOf } from '../tape.ts';
import type { World } from '../world.ts';

export type Adjust = (bar: Bar) => Bar;

/** Later laps of a looped tape are played as adjusted, so that they lie behind all steps. */
export function adjusterOf({ tape, now }: World, names: readonly AssetSymbol[], adjustments: readonly Adjustment[]): Adjust | undefined {
  if (adjustments.length === 0) return undefined;
  const steps = stepsOf(tape.corporateActions, names, adjustments, historiesOf(tape)).filter(({ at }) => at <= now);
  return steps.length === 0 ? undefined : (bar) => adjusted(bar, factorsAt(steps, bar.startsAt));
}
