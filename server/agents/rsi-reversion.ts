/** Expects a return to the middle: up when the RSI is oversold, down when it is overbought, flat when it is back. */
import { z } from 'zod';
import type { AgentAtWork, Opinion } from '#server/domain/agent.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Direction } from '#server/domain/signal.ts';
import { Rsi, type RsiState } from '#server/indicators/rsi.ts';
import type { AgentKind } from './agent.ts';

const Config = z
  .strictObject({
    period: z.int().min(2).max(200).default(14).describe('bars of the RSI'),
    oversold: z.number().min(1).max(50).default(30).describe('at or below: up'),
    overbought: z.number().min(50).max(99).default(70).describe('at or above: down'),
    exitAt: z.number().min(1).max(99).default(50).describe('crossing it ends the claim'),
  })
  .refine(({ oversold, exitAt, overbought }) => oversold < exitAt && exitAt < overbought, {
    path: ['exitAt'],
    message: 'exitAt must lie between oversold and overbought',
  });

type Config = z.infer<typeof Config>;

interface Memory {
  readonly rsi: RsiState;
  readonly stance: Direction;
}

class RsiReversion implements AgentAtWork {
  readonly #config: Config;
  readonly #rsi: Rsi;
  #stance: Direction = 'flat';

  constructor(config: Config) {
    this.#config = config;
    this.#rsi = new Rsi(config.period);
  }

  onBar(bar: Bar): Opinion | undefined {
    const rsi = this.#rsi.next(bar.close);
    if (Number.isNaN(rsi)) return undefined;
    const stance = this.#stanceAt(rsi);
    if (stance === this.#stance) return undefined;
    this.#stance = stance;
    return this.#opinion(stance, rsi);
  }

  #stanceAt(rsi: number): Direction {
    const { oversold, overbought, exitAt } = this.#config;
    if (rsi <= oversold) return 'up';
    if (rsi >= overbought) return 'down';
    const returned = (this.#stance === 'up' && rsi >= exitAt) || (this.#stance === 'down' && rsi <= exitAt);
    return returned ? 'flat' : this.#stance;
  }

  /** Confidence: one half at the threshold, growing to 1 at the end of the scale. */
  #opinion(stance: Direction, rsi: number): Opinion {
    const { period, oversold, overbought, exitAt } = this.#config;
    const name = `RSI(${period}) ${rsi.toFixed(2)}`;
    if (stance === 'flat') return { direction: 'flat', confidence: 1, horizonMs: undefined, reason: `${name} is back at ${exitAt}` };
    const beyond = stance === 'up' ? (oversold - rsi) / oversold : (rsi - overbought) / (100 - overbought);
    const reason = stance === 'up' ? `${name} is oversold (at most ${oversold})` : `${name} is overbought (at least ${overbought})`;
    return { direction: stance, confidence: 0.5 + 0.5 * Math.min(1, beyond), horizonMs: undefined, reason };
  }

  save(): Memory {
    return { rsi: this.#rsi.save(), stance: this.#stance };
  }

  load(memory: Memory): void {
    this.#rsi.load(memory.rsi);
    this.#stance = memory.stance;
  }
}

export const rsiReversion: AgentKind<Config> = {
  name: 'rsi-reversion',
  help: 'Reversion: buys an oversold RSI, sells an overbought one, ends at the middle. Confidence grows from 0.5 with the distance beyond the threshold.',
  schema: Config,
  warmUpBars: ({ period }) => period + 1,
  hire: (config) => new RsiReversion(config),
};
