/** Follows the parabolic stop: up when the price breaks above it, down when it breaks below; the stop trails the price. */
import { z } from 'zod';
import { Psar } from '#server/indicators/psar.ts';
import type { AgentKind } from './agent.ts';
import { Cross } from './cross.ts';
import { growing, inWords, stanceAgent } from './stance-agent.ts';

const Config = z
  .strictObject({
    step: z.number().min(0.001).max(0.5).default(0.02).describe('first factor, and what each new extreme adds'),
    limit: z.number().min(0.001).max(1).default(0.2).describe('largest factor'),
    farPercent: z
      .number()
      .min(0.01)
      .max(50)
      .default(2)
      .describe('distance to the stop, in percent of the price, at which confidence is full'),
  })
  .refine(({ step, limit }) => step <= limit, { path: ['step'], message: 'step must not be above limit' });

type Config = z.infer<typeof Config>;

export const psarTrail: AgentKind<Config> = {
  name: 'psar-trail',
  help: 'Trend: turns with the parabolic stop and reverse. Confidence grows from 0.5 with the distance between close and stop, to 1 at farPercent.',
  schema: Config,
  warmUpBars: () => 3,
  hire({ step, limit, farPercent }) {
    const [kernel, cross] = [new Psar(step, limit), new Cross()];
    let stop = Number.NaN;
    return stanceAgent({
      parts: [kernel, cross],
      judge(bar, before) {
        stop = kernel.next(bar);
        return cross.next(bar.close - stop, before);
      },
      explain(now, { close }) {
        const verb = now === 'up' ? 'rose above' : 'fell below';
        const percent = (100 * Math.abs(close - stop)) / close;
        return {
          confidence: growing(percent, farPercent),
          reason: `${inWords(close)} ${verb} the stop of SAR(${step}, ${limit}), now ${inWords(stop)}`,
        };
      },
    });
  },
};
