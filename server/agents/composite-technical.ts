/**
 * Weighs what trend and reversion say by how much of a trend there is. Trend = how many true ranges the fast average is above
 * the slow one; reversion = the mean of RSI, stochastic and Bollinger, each as far below its middle as it is on its scale; the
 * trend's weight goes from 0 at an ADX of 15 to 1 at 30. All from −1 to 1.
 */
import { z } from 'zod';
import { Adx } from '#server/indicators/adx.ts';
import { Atr } from '#server/indicators/atr.ts';
import { Bollinger } from '#server/indicators/bollinger.ts';
import { Ema } from '#server/indicators/ema.ts';
import { Rsi } from '#server/indicators/rsi.ts';
import { Stochastic } from '#server/indicators/stochastic.ts';
import type { AgentKind } from './agent.ts';
import { stanceAgent } from './stance-agent.ts';

const Config = z
  .strictObject({
    period: z.int().min(2).max(200).default(14).describe('bars of RSI, ADX, ATR and stochastic'),
    fast: z.int().min(1).max(500).default(12).describe('bars of the fast average'),
    slow: z.int().min(2).max(1000).default(26).describe('bars of the slow average and of the bands'),
    enterAt: z.number().min(0.05).max(0.95).default(0.4).describe('score from which it takes a side'),
    exitBelow: z.number().min(0).max(0.9).default(0.1).describe('score below which it leaves it'),
  })
  .refine(({ fast, slow }) => fast < slow, { path: ['fast'], message: 'fast must be smaller than slow' })
  .refine(({ enterAt, exitBelow }) => exitBelow < enterAt, { path: ['exitBelow'], message: 'exitBelow must be smaller than enterAt' });

type Config = z.infer<typeof Config>;

const NO_TREND = 15;
const FULL_TREND = 30;
const SMOOTHING = 3;

const clamp = (value: number): number => Math.max(-1, Math.min(1, value));
const share = (part: number, whole: number): number => (whole > 0 ? clamp(part / whole) : 0);

export const compositeTechnical: AgentKind<Config> = {
  name: 'composite-technical',
  help: 'Mixed: a score of trend (averages) and reversion (RSI, stochastic, Bollinger), weighed by the ADX. Confidence is the size of the score, 0 to 1.',
  schema: Config,
  warmUpBars: ({ period, slow }) => Math.max(slow, 2 * period, period + 2 * (SMOOTHING - 1)),
  hire({ period, fast: fastBars, slow: slowBars, enterAt, exitBelow }) {
    const [fast, slow, bands] = [new Ema(fastBars), new Ema(slowBars), new Bollinger(slowBars, 2)];
    const [rsi, atr, adx] = [new Rsi(period), new Atr(period), new Adx(period)];
    const stochastic = new Stochastic({ period, smoothing: SMOOTHING, signal: SMOOTHING });
    let [score, trend, reversion, strength] = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
    return stanceAgent({
      parts: [fast, slow, bands, rsi, atr, adx, stochastic],
      judge(bar, before) {
        const difference = fast.next(bar.close) - slow.next(bar.close);
        const { middle, upper } = bands.next(bar.close);
        const { d } = stochastic.next(bar);
        trend = share(difference, atr.next(bar));
        reversion = clamp(((50 - rsi.next(bar.close)) / 50 + (50 - d) / 50 + share(middle - bar.close, upper - middle)) / 3);
        strength = adx.next(bar);
        const weight = Math.max(0, share(strength - NO_TREND, FULL_TREND - NO_TREND));
        score = weight * trend + (1 - weight) * reversion;
        if (Number.isNaN(difference + middle + strength)) return before;
        if (score >= enterAt) return 'up';
        if (score <= -enterAt) return 'down';
        return Math.abs(score) < exitBelow ? 'flat' : before;
      },
      explain(now) {
        const parts = `trend ${trend.toFixed(2)}, reversion ${reversion.toFixed(2)}, ADX(${period}) ${strength.toFixed(2)}`;
        return { confidence: now === 'flat' ? 1 : Math.min(1, Math.abs(score)), reason: `score ${score.toFixed(2)}: ${parts}` };
      },
    });
  },
};
