/**
 * An agent of one's own, with a feature: how many standard deviations each close is away from the mean of the bars up to it.
 *
 *   npx tradar validate --agent-file docs/examples/z-score-agent.ts --bars FILE.csv.gz
 */
import { z } from 'zod';
import type { FeatureKind } from '#server/agents/features.ts';

const schema = z.strictObject({
  bars: z.int().min(2).max(10_000).default(50).describe('bars of the mean'),
  entry: z.number().min(0.1).max(5).default(1).describe('standard deviations from the mean at which it speaks'),
});

export const agent: FeatureKind<z.infer<typeof schema>> = {
  name: 'z-score',
  help: 'Reversion: buys far below the mean, sells far above. Confidence is a constant.',
  schema,
  warmUpBars: ({ bars }) => bars,
  features({ close }, { bars }) {
    return {
      zScore: close.map((one, at) => {
        if (at + 1 < bars) return 0;
        const window = close.subarray(at + 1 - bars, at + 1);
        const mean = window.reduce((sum, value) => sum + value, 0) / bars;
        const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bars);
        return deviation === 0 ? 0 : (one - mean) / deviation;
      }),
    };
  },
  hire: ({ entry }) => {
    let side = 0;
    return {
      onBar(_bar, { zScore = 0 }) {
        const now = Math.abs(zScore) < entry ? side : -Math.sign(zScore);
        if (now === side) return undefined;
        side = now;
        return { direction: side > 0 ? 'up' : 'down', confidence: 0.6, horizonMs: undefined, reason: `z-score ${zScore.toFixed(2)}` };
      },
      save: () => side,
      load: (memory) => {
        side = memory as number;
      },
    };
  },
};
