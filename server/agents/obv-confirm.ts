/** Believes a trend that volume confirms: up when close and on-balance volume are above their means, down when both are below, else flat. */
import { z } from 'zod';
import { Obv } from '#server/indicators/obv.ts';
import { RollingSum } from '#server/indicators/rolling-sum.ts';
import { Sma } from '#server/indicators/sma.ts';
import type { AgentKind } from './agent.ts';
import { growing, inWords, stanceAgent } from './stance-agent.ts';

const Config = z.strictObject({ period: z.int().min(2).max(1000).default(20).describe('bars of both means') });

type Config = z.infer<typeof Config>;

export const obvConfirm: AgentKind<Config> = {
  name: 'obv-confirm',
  help: 'Volume: takes the side of the price when on-balance volume is on the same one, and ends when they disagree. Confidence grows from 0.5 with the share of the volume that took that side.',
  schema: Config,
  warmUpBars: ({ period }) => period,
  hire({ period }) {
    const [average, obv, balances, volumes] = [new Sma(period), new Obv(), new RollingSum(period), new RollingSum(period)];
    let [mean, surplus, traded] = [Number.NaN, Number.NaN, Number.NaN];
    return stanceAgent({
      parts: [average, obv, balances, volumes],
      judge(bar, before) {
        mean = average.next(bar.close);
        const balance = obv.next(bar);
        surplus = balance - balances.next(balance) / period;
        traded = volumes.next(bar.volume);
        if (Number.isNaN(mean)) return before;
        if (bar.close > mean && surplus > 0) return 'up';
        return bar.close < mean && surplus < 0 ? 'down' : 'flat';
      },
      explain(now, { close }) {
        const price = `${inWords(close)} against SMA(${period}) ${inWords(mean)}`;
        const volume = `on-balance volume ${surplus.toFixed(1)} ${surplus < 0 ? 'below' : 'above'} its mean`;
        if (now === 'flat') return { confidence: 1, reason: `price and volume disagree: ${price}, ${volume}` };
        return { confidence: growing(Math.abs(surplus), traded), reason: `${price}, ${volume}` };
      },
    });
  },
};
