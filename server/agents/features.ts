/**
 * Agents with features: columns that are worked out over the whole history at once, of which the agent is shown one row with
 * each bar. Quick to write, and where most looking ahead comes from: so wherever bars unfold they are worked out anew at each.
 */
import type { AgentAtWork, Opinion } from '#server/domain/agent.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AgentKind } from './agent.ts';

/** A value for each bar under each name. */
export type Features = Readonly<Record<string, ArrayLike<number>>>;

/** Of one bar. */
export type FeatureRow = Readonly<Record<string, number>>;

export interface AgentWithFeatures {
  onBar(bar: Bar, features: FeatureRow): Opinion | undefined;
  save(): unknown;
  load(memory: unknown): void;
}

export interface FeatureKind<Config = unknown> extends Omit<AgentKind<Config>, 'hire' | 'over'> {
  /** Out of all bars of a symbol; the value at a bar may depend on it and those before. */
  features(bars: BarColumns, config: Config): Features;
  hire(config: Config): AgentWithFeatures;
}

export function withFeatures(kind: FeatureKind): AgentKind {
  const { name, help, schema } = kind;
  const base = { name, help, schema, warmUpBars: (config: unknown) => kind.warmUpBars(config) };
  const bare = (): never => {
    throw new Error(`${name} has features, and was given no bars to work them out of`);
  };
  return {
    ...base,
    hire: bare,
    over: (history, isUnfolding) => ({ ...base, hire: (config) => new Reader(kind, config, history, isUnfolding) }),
  };
}

class Reader implements AgentAtWork {
  readonly #kind: FeatureKind;
  readonly #config: unknown;
  readonly #agent: AgentWithFeatures;
  readonly #history: readonly BarColumns[];
  readonly #isUnfolding: boolean;
  #known: { readonly columns: BarColumns; readonly features: Features } | undefined;
  /** Where the next bar is expected. */
  #next = 0;

  constructor(kind: FeatureKind, config: unknown, history: readonly BarColumns[], isUnfolding: boolean) {
    this.#kind = kind;
    this.#config = config;
    this.#agent = kind.hire(config);
    this.#history = history;
    this.#isUnfolding = isUnfolding;
  }

  onBar(bar: Bar): Opinion | undefined {
    if (this.#known === undefined || this.#isUnfolding) this.#known = this.#workOut(bar);
    const { columns, features } = this.#known;
    const at = columns.startsAt[this.#next] === bar.startsAt ? this.#next : columns.startsAt.indexOf(bar.startsAt);
    if (at < 0) throw new Error(`${this.#kind.name} was shown a bar of ${bar.symbol} that is not in the history of its features`);
    this.#next = at + 1;
    return this.#agent.onBar(bar, Object.fromEntries(Object.entries(features).map(([name, values]) => [name, values[at] as number])));
  }

  #workOut({ symbol }: Bar): { readonly columns: BarColumns; readonly features: Features } {
    const columns = this.#history.find((one) => one.symbol === symbol);
    if (columns === undefined) throw new Error(`${this.#kind.name} was given no history of ${symbol}`);
    // A copy: what sorts its input in place would otherwise change the market.
    const features = this.#kind.features(copied(columns), this.#config);
    for (const [name, { length }] of Object.entries(features)) {
      if (length === columns.length) continue;
      throw new Error(`${this.#kind.name}: the feature ${name} has ${length} values for ${columns.length} bars; give one for each bar`);
    }
    return { columns, features };
  }

  save(): unknown {
    return this.#agent.save();
  }

  load(memory: unknown): void {
    this.#agent.load(memory);
  }
}

const copied = ({ symbol, timeframe, length, ...columns }: BarColumns): BarColumns => ({
  symbol,
  timeframe,
  length,
  startsAt: columns.startsAt.slice(),
  endsAt: columns.endsAt.slice(),
  open: columns.open.slice(),
  high: columns.high.slice(),
  low: columns.low.slice(),
  close: columns.close.slice(),
  volume: columns.volume.slice(),
});
