/** Expects a return to what was paid on average today: up well below the session's VWAP, down well above, flat when back or at a new session. */
import { z } from 'zod';
import type { Direction } from '#server/domain/signal.ts';
import { SessionVwap } from '#server/indicators/vwap.ts';
import type { AgentKind } from './agent.ts';
import { growing, inWords, stanceAgent } from './stance-agent.ts';

const Config = z.strictObject({
  distancePercent: z.number().min(0.01).max(20).default(0.5).describe('how far from the VWAP is far, in percent of it'),
  settleBars: z.int().min(2).max(500).default(15).describe('bars of a session before its VWAP means something'),
  session: z.enum(['newYork', 'utc']).default('newYork').describe('whose day begins the average anew'),
});

type Config = z.infer<typeof Config>;

function standing(percent: number, limit: number, before: Direction): Direction {
  if (percent <= -limit) return 'up';
  if (percent >= limit) return 'down';
  const isBack = (before === 'up' && percent >= 0) || (before === 'down' && percent <= 0);
  return isBack ? 'flat' : before;
}

export const vwapReversion: AgentKind<Config> = {
  name: 'vwap-reversion',
  help: "Reversion: buys well below the session's volume-weighted price, sells well above, ends at it and with the session. Confidence grows from 0.5 at the distance to 1 at twice as far.",
  schema: Config,
  isOfSession: true,
  warmUpBars: ({ settleBars }) => settleBars,
  hire({ distancePercent, settleBars, session }) {
    const kernel = new SessionVwap(session);
    let [vwap, percent] = [Number.NaN, Number.NaN];
    return stanceAgent({
      parts: [kernel],
      judge(bar, before) {
        vwap = kernel.next(bar);
        percent = (100 * (bar.close - vwap)) / vwap;
        if (kernel.barsInSession === 1) return 'flat';
        return kernel.barsInSession < settleBars ? before : standing(percent, distancePercent, before);
      },
      explain(now, { close }) {
        const where = `${inWords(close)} is ${Math.abs(percent).toFixed(2)} % ${percent < 0 ? 'below' : 'above'} VWAP ${inWords(vwap)}`;
        if (now !== 'flat') return { confidence: growing(Math.abs(percent) - distancePercent, distancePercent), reason: where };
        return { confidence: 1, reason: kernel.barsInSession === 1 ? `a new session began: ${where}` : `${where}: it came back` };
      },
    });
  },
};
