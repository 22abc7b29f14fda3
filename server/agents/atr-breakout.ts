/** Follows a move that is larger than the market's usual ones, until the price has come back from its best by as much again. */
import { z } from 'zod';
import type { Direction } from '#server/domain/signal.ts';
import { Atr } from '#server/indicators/atr.ts';
import { Scalars } from '#server/indicators/scalars.ts';
import type { AgentKind } from './agent.ts';
import { growing, inWords, stanceAgent } from './stance-agent.ts';

const Config = z.strictObject({
  period: z.int().min(2).max(500).default(14).describe('bars of the average true range'),
  breakout: z.number().min(0.1).max(20).default(1.5).describe('average true ranges that a close must move'),
  giveBack: z.number().min(0.1).max(20).default(3).describe('average true ranges from the best close that end the claim'),
});

type Config = z.infer<typeof Config>;

export const atrBreakout: AgentKind<Config> = {
  name: 'atr-breakout',
  help: 'Breakout: takes the side of a close that moved by more than some average true ranges, ends when it has given back some from its best. Confidence grows from 0.5 at the threshold to 1 at twice the move.',
  schema: Config,
  warmUpBars: ({ period }) => period + 2,
  hire({ period, breakout, giveBack }) {
    const atr = new Atr(period);
    // The close and the average before this bar, and the best close of the claim.
    const memory = new Scalars(Number.NaN, Number.NaN, Number.NaN);
    let [move, usual] = [Number.NaN, Number.NaN];
    return stanceAgent({
      parts: [atr, memory],
      judge(bar, before) {
        const { at } = memory;
        move = bar.close - (at[0] as number);
        usual = at[1] as number;
        at[0] = bar.close;
        at[1] = atr.next(bar);
        const now = side(move, breakout * usual, before);
        const isNew = now !== before;
        at[2] = isNew ? bar.close : best(now, at[2] as number, bar.close);
        return !isNew && Math.abs(bar.close - (at[2] as number)) > giveBack * usual ? 'flat' : now;
      },
      explain(now, { close }) {
        const name = `ATR(${period}) ${inWords(usual)}`;
        if (now === 'flat') {
          return {
            confidence: 1,
            reason: `${inWords(close)} is more than ${giveBack} times ${name} from its best ${inWords(memory.at[2] as number)}`,
          };
        }
        const threshold = breakout * usual;
        const reason = `${inWords(close)} moved by ${inWords(move)}, more than ${breakout} times ${name}`;
        return { confidence: growing(Math.abs(move) - threshold, threshold), reason };
      },
    });
  },
};

function side(move: number, threshold: number, before: Direction): Direction {
  if (move > threshold) return 'up';
  return move < -threshold ? 'down' : before;
}

/** While flat there is no claim to give back from. */
function best(claim: Direction, sofar: number, close: number): number {
  if (claim === 'flat') return close;
  return claim === 'up' ? Math.max(sofar, close) : Math.min(sofar, close);
}
