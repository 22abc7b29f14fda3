/** Follows a trend that is one: up or down with the directional indicators while the ADX is high, flat when it has weakened. */
import { z } from 'zod';
import { Adx } from '#server/indicators/adx.ts';
import type { AgentKind } from './agent.ts';
import { growing, stanceAgent } from './stance-agent.ts';

const Config = z
  .strictObject({
    period: z.int().min(2).max(200).default(14).describe('bars of the smoothing'),
    enterAt: z.number().min(5).max(60).default(25).describe('ADX from which a trend is one'),
    exitBelow: z.number().min(1).max(60).default(20).describe('ADX below which it is over'),
  })
  .refine(({ enterAt, exitBelow }) => exitBelow <= enterAt, { path: ['exitBelow'], message: 'exitBelow must not be above enterAt' });

type Config = z.infer<typeof Config>;

/** How far above the threshold the confidence is full. */
const FULL = 35;

export const adxTrend: AgentKind<Config> = {
  name: 'adx-trend',
  help: 'Trend: takes the side of the larger directional indicator while the ADX says that there is a trend. Confidence grows from 0.5 at the threshold to 1 at 35 points above it.',
  schema: Config,
  warmUpBars: ({ period }) => 2 * period,
  hire({ period, enterAt, exitBelow }) {
    const kernel = new Adx(period);
    let adx = Number.NaN;
    return stanceAgent({
      parts: [kernel],
      judge(bar, before) {
        adx = kernel.next(bar);
        if (adx < exitBelow) return 'flat';
        const [plus, minus] = [kernel.plusDi, kernel.minusDi];
        if (!(adx >= enterAt) || plus === minus) return before;
        return plus > minus ? 'up' : 'down';
      },
      explain(now) {
        const name = `ADX(${period}) ${adx.toFixed(2)}`;
        if (now === 'flat') return { confidence: 1, reason: `${name} is below ${exitBelow}: the trend is over` };
        const sides = `+DI ${kernel.plusDi.toFixed(2)}, -DI ${kernel.minusDi.toFixed(2)}`;
        return { confidence: growing(adx - enterAt, FULL), reason: `${name} is at least ${enterAt}, with ${sides}` };
      },
    });
  },
};
