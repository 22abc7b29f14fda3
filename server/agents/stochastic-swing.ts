/** Rides swings: up when k turns above d near the bottom of the range, down when it turns below near the top, flat at the other end. */
import { z } from 'zod';
import type { Direction } from '#server/domain/signal.ts';
import { Stochastic, type StochasticLines } from '#server/indicators/stochastic.ts';
import type { AgentKind } from './agent.ts';
import { growing, stanceAgent } from './stance-agent.ts';

const Config = z.strictObject({
  period: z.int().min(2).max(500).default(14).describe('bars of the range'),
  smoothing: z.int().min(1).max(50).default(3).describe('values that k averages'),
  signal: z.int().min(2).max(50).default(3).describe('values of k that d averages'),
  oversold: z.number().min(1).max(49).default(20).describe('d below it: near the bottom'),
  overbought: z.number().min(51).max(99).default(80).describe('d above it: near the top'),
});

type Config = z.infer<typeof Config>;

function swing({ k, d }: StochasticLines, { oversold, overbought }: Config, before: Direction): Direction {
  if (k > d && d < oversold) return 'up';
  if (k < d && d > overbought) return 'down';
  const isDone = (before === 'up' && k >= overbought) || (before === 'down' && k <= oversold);
  return isDone ? 'flat' : before;
}

export const stochasticSwing: AgentKind<Config> = {
  name: 'stochastic-swing',
  help: 'Swing: buys when the stochastic turns up near the bottom of the range, sells when it turns down near the top, ends at the other end. Confidence grows from 0.5 with the depth of d beyond the threshold.',
  schema: Config,
  warmUpBars: ({ period, smoothing, signal }) => period + smoothing + signal - 2,
  hire(config) {
    const kernel = new Stochastic(config);
    let lines: Readonly<StochasticLines> = { k: Number.NaN, d: Number.NaN };
    return stanceAgent({
      parts: [kernel],
      judge(bar, before) {
        lines = kernel.next(bar);
        return swing(lines, config, before);
      },
      explain(now) {
        const { oversold, overbought, period } = config;
        const name = `Stochastic(${period}) k ${lines.k.toFixed(2)}`;
        if (now === 'flat') return { confidence: 1, reason: `${name} has come to the other end of the range` };
        const [verb, depth, room] =
          now === 'up' ? ['above', oversold - lines.d, oversold] : ['below', lines.d - overbought, 100 - overbought];
        const side = now === 'up' ? `below ${oversold}` : `above ${overbought}`;
        return { confidence: growing(depth, room), reason: `${name} turned ${verb} d ${lines.d.toFixed(2)}, ${side}` };
      },
    });
  },
};
