/** Expects a return to the mean: up when the close is below the lower band, down above the upper one, flat at the middle. */
import { z } from 'zod';
import type { AgentAtWork, Opinion } from '#server/domain/agent.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Direction } from '#server/domain/signal.ts';
import { type Bands, Bollinger, type BollingerState } from '#server/indicators/bollinger.ts';

import type { AgentKind } from './agent.ts';

const Fields = z.strictObject({
  period: z.int().min(2).max(500).default(20).describe('bars of the bands'),
  deviations: z.number().min(0.1).max(10).default(2).describe('standard deviations between the middle and a band'),
});

type Config = z.infer<typeof Fields>;

// One of n values is at most √(n − 1) standard deviations from their mean: beyond that the agent would be silent for ever.
const Config = Fields.refine(({ period, deviations }) => deviations < Math.sqrt(period - 1), {
  path: ['deviations'],
  error: ({ input }) => unreachable(input as Config),
});

const unreachable = ({ period, deviations }: Config): string =>
  `no close of ${period} bars lies ${deviations} standard deviations from their mean; take more bars or fewer deviations`;

interface Memory {
  readonly bands: BollingerState;
  readonly stance: Direction;
}

class BollingerReversion implements AgentAtWork {
  readonly #config: Config;
  readonly #bollinger: Bollinger;
  #stance: Direction = 'flat';

  constructor(config: Config) {
    this.#config = config;
    this.#bollinger = new Bollinger(config.period, config.deviations);
  }

  onBar(bar: Bar): Opinion | undefined {
    const bands = this.#bollinger.next(bar.close);
    if (Number.isNaN(bands.middle)) return undefined;
    const stance = this.#stanceAt(bar.close, bands);
    if (stance === this.#stance) return undefined;
    this.#stance = stance;
    return this.#opinion(stance, bar.close, bands);
  }

  #stanceAt(close: number, { lower, middle, upper }: Bands): Direction {
    if (close < lower) return 'up';
    if (close > upper) return 'down';
    const returned = (this.#stance === 'up' && close >= middle) || (this.#stance === 'down' && close <= middle);
    return returned ? 'flat' : this.#stance;
  }

  /** Confidence: one half at the band, growing to 1 at half a band's width beyond it. */
  #opinion(stance: Direction, close: number, { lower, middle, upper }: Bands): Opinion {
    const name = `BB(${this.#config.period}, ${this.#config.deviations})`;
    const at = close.toFixed(4);
    if (stance === 'flat') {
      return {
        direction: 'flat',
        confidence: 1,
        horizonMs: undefined,
        reason: `${at} is back at the middle ${middle.toFixed(4)} of ${name}`,
      };
    }
    const beyond = stance === 'up' ? lower - close : close - upper;
    const confidence = 0.5 + 0.5 * Math.min(1, (2 * beyond) / (upper - middle));
    const reason =
      stance === 'up'
        ? `${at} is below the lower band ${lower.toFixed(4)} of ${name}`
        : `${at} is above the upper band ${upper.toFixed(4)} of ${name}`;
    return { direction: stance, confidence, horizonMs: undefined, reason };
  }

  save(): Memory {
    return { bands: this.#bollinger.save(), stance: this.#stance };
  }

  load(memory: Memory): void {
    this.#bollinger.load(memory.bands);
    this.#stance = memory.stance;
  }
}

export const bollingerReversion: AgentKind<Config> = {
  name: 'bollinger-reversion',
  help: 'Reversion: buys below the lower Bollinger band, sells above the upper one, ends at the middle. Confidence grows from 0.5 with the distance beyond the band.',
  schema: Config,
  warmUpBars: ({ period }) => period,
  hire: (config) => new BollingerReversion(config),
};
