/** Follows the momentum of the trend: up when the MACD crosses above its signal line, down when it crosses below. */
import { z } from 'zod';
import { Macd, type MacdLines } from '#server/indicators/macd.ts';
import type { AgentKind } from './agent.ts';
import { Cross } from './cross.ts';
import { growing, inWords, stanceAgent } from './stance-agent.ts';

const Config = z
  .strictObject({
    fast: z.int().min(1).max(500).default(12).describe('bars of the fast average'),
    slow: z.int().min(2).max(1000).default(26).describe('bars of the slow average'),
    signal: z.int().min(2).max(500).default(9).describe('values of the signal line'),
  })
  .refine(({ fast, slow }) => fast < slow, { path: ['fast'], message: 'fast must be smaller than slow' });

type Config = z.infer<typeof Config>;

/** Lines nearer to each other than this share of the price are one: rounding must not cross. */
const NOISE = 1e-9;

export const macdTrend: AgentKind<Config> = {
  name: 'macd-trend',
  help: 'Trend: speaks when the MACD crosses its signal line. Confidence grows from 0.5 with the distance between the lines, to 1 where it is as large as the signal.',
  schema: Config,
  warmUpBars: ({ slow, signal }) => slow + signal,
  hire(config) {
    const [macd, cross] = [new Macd({ ...config, aligned: false }), new Cross()];
    let lines: Readonly<MacdLines> | undefined;
    return stanceAgent({
      parts: [macd, cross],
      judge(bar, before) {
        lines = macd.next(bar.close);
        return Math.abs(lines.histogram) > NOISE * bar.close ? cross.next(lines.histogram, before) : before;
      },
      explain(now) {
        const { macd: line, signal, histogram } = lines as MacdLines;
        const verb = now === 'up' ? 'rose above' : 'fell below';
        const name = `MACD(${config.fast}, ${config.slow}, ${config.signal})`;
        return {
          confidence: growing(Math.abs(histogram), Math.abs(signal)),
          reason: `${name} ${inWords(line)} ${verb} its signal ${inWords(signal)}`,
        };
      },
    });
  },
};
