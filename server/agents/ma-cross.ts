/** Follows the trend: up while the fast average is above the slow one, down while it is below; speaks when they cross. */
import { z } from 'zod';
import type { AgentAtWork, Opinion } from '#server/domain/agent.ts';
import type { Bar } from '#server/domain/bar.ts';
import { Ema, type EmaState } from '#server/indicators/ema.ts';
import { Sma, type SmaState } from '#server/indicators/sma.ts';
import type { AgentKind } from './agent.ts';

const Config = z
  .strictObject({
    average: z.enum(['sma', 'ema']).default('sma').describe('kind of moving average'),
    fast: z.int().min(1).max(500).default(10).describe('bars of the fast average'),
    slow: z.int().min(2).max(1000).default(30).describe('bars of the slow average'),
    confidence: z.number().min(0).max(1).default(0.6).describe('how much a cross is trusted; the rule itself knows only yes and no'),
  })
  .refine(({ fast, slow }) => fast < slow, { path: ['fast'], message: 'fast must be smaller than slow' });

type Config = z.infer<typeof Config>;
type Side = -1 | 0 | 1;

interface Memory {
  readonly fast: SmaState | EmaState;
  readonly slow: SmaState | EmaState;
  readonly side: Side;
}

class MaCross implements AgentAtWork {
  readonly #config: Config;
  readonly #fast: Sma | Ema;
  readonly #slow: Sma | Ema;
  #side: Side = 0;

  constructor(config: Config) {
    this.#config = config;
    this.#fast = config.average === 'sma' ? new Sma(config.fast) : new Ema(config.fast);
    this.#slow = config.average === 'sma' ? new Sma(config.slow) : new Ema(config.slow);
  }

  onBar(bar: Bar): Opinion | undefined {
    const fast = this.#fast.next(bar.close);
    const slow = this.#slow.next(bar.close);
    if (Number.isNaN(slow) || fast === slow) return undefined;
    const side: Side = fast > slow ? 1 : -1;
    const before = this.#side;
    this.#side = side;
    // The first relation is where we came in, not a cross.
    return before === 0 || before === side ? undefined : this.#opinion(side, fast, slow);
  }

  #opinion(side: Side, fast: number, slow: number): Opinion {
    const { average, fast: fastBars, slow: slowBars, confidence } = this.#config;
    const name = average.toUpperCase();
    const verb = side > 0 ? 'rose above' : 'fell below';
    return {
      direction: side > 0 ? 'up' : 'down',
      confidence,
      horizonMs: undefined,
      reason: `${name}(${fastBars}) ${fast.toFixed(4)} ${verb} ${name}(${slowBars}) ${slow.toFixed(4)}`,
    };
  }

  save(): Memory {
    return { fast: this.#fast.save(), slow: this.#slow.save(), side: this.#side };
  }

  load(memory: Memory): void {
    this.#fast.load(memory.fast as SmaState & EmaState);
    this.#slow.load(memory.slow as SmaState & EmaState);
    this.#side = memory.side;
  }
}

export const maCross: AgentKind<Config> = {
  name: 'ma-cross',
  help: 'Trend: speaks when a fast simple or exponential average crosses a slow one. Confidence is the configured constant.',
  schema: Config,
  warmUpBars: ({ slow }) => slow + 1,
  hire: (config) => new MaCross(config),
};
