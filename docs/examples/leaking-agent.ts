/**
 * An agent that looks ahead by mistake: it measures each price against the mean of the whole history, and so knows from the
 * first bar on where the market will end up. Its backtest is splendid. Catch it with
 *
 *   npx tradar validate --agent-file docs/examples/leaking-agent.ts --bars FILE.csv.gz --only lookAhead
 *
 * `z-score-agent.ts` beside it is the same without the mistake.
 */
import { z } from 'zod';
import type { FeatureKind } from '#server/agents/features.ts';

const schema = z.strictObject({
  entry: z.number().min(0.1).max(5).default(1).describe('standard deviations from the mean at which it speaks'),
});

export const agent: FeatureKind<z.infer<typeof schema>> = {
  name: 'leaking-z-score',
  help: 'Reversion: buys far below the mean, sells far above. Confidence is a constant.',
  schema,
  warmUpBars: () => 1,
  features({ close }) {
    const mean = close.reduce((sum, one) => sum + one, 0) / close.length;
    const deviation = Math.sqrt(close.reduce((sum, one) => sum + (one - mean) ** 2, 0) / close.length);
    return { zScore: close.map((one) => (deviation === 0 ? 0 : (one - mean) / deviation)) };
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
