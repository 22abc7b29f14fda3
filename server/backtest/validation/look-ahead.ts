/**
 * Finds who looks ahead. The whole panel is built and run again in two worlds in which the future does not exist yet: one
 * whose columns grow by a bar whenever one closes, and one whose columns hold another market wherever it has not come to
 * pass. So every single opinion is formed once more against a truncated and against a perturbed future, whatever the agents
 * worked out of the bars beforehand; whoever says something else than before then knew what came after.
 */
import type { BarColumns } from '#server/domain/bar-columns.ts';
import type { AssetSymbol, DeploymentId } from '#server/domain/ids.ts';
import type { Instant } from '#server/domain/time.ts';
import { seededChance } from '#server/exchange/random.ts';
import type { Opinion } from './opinions.ts';
import { withOtherFuture } from './resample-bars.ts';

/** Builds everything from the world's bars and runs over the real ones, telling each bar before it is shown. */
export type Panel = (world: readonly BarColumns[], reveal: (slot: number, index: number) => void) => readonly Opinion[];

export type World = 'truncated' | 'otherFuture';

export interface Leak {
  readonly deployment: DeploymentId;
  readonly symbol: AssetSymbol;
  readonly at: Instant;
  readonly world: World;
  /** What it said knowing the whole history, and what without it. */
  readonly said: string;
  readonly saysNow: string;
  /** How many of its opinions differ in this world. */
  readonly differing: number;
}

export interface LookAheadReport {
  /** Opinions, each of which was formed again in both worlds. */
  readonly opinions: number;
  /** The first leak of each agent that leaks. */
  readonly leaks: readonly Leak[];
}

export function findLookAhead(panel: Panel, bars: readonly BarColumns[], seed: number): LookAheadReport {
  const known = panel(bars, () => undefined);
  const leaks = new Map<DeploymentId, Leak>();
  for (const world of ['truncated', 'otherFuture'] as const) {
    for (const leak of leaksOf(known, again(panel, bars, world, seed), world)) {
      if (!leaks.has(leak.deployment)) leaks.set(leak.deployment, leak);
    }
  }
  return { opinions: known.length, leaks: [...leaks.values()] };
}

/** An agent that can not even be built without the future is one that needs it. */
function again(panel: Panel, bars: readonly BarColumns[], world: World, seed: number): readonly Opinion[] {
  const { columns, reveal } = world === 'truncated' ? growing(bars) : rewritten(bars, seed);
  return panel(columns, reveal);
}

interface Unfolding {
  readonly columns: readonly BarColumns[];
  readonly reveal: (slot: number, index: number) => void;
}

const NAMES = ['startsAt', 'endsAt', 'open', 'high', 'low', 'close', 'volume'] as const;
const BYTES = Float64Array.BYTES_PER_ELEMENT;

/** Columns that are as long as what has happened: each shares a buffer that grows. */
function growing(bars: readonly BarColumns[]): Unfolding {
  const made = bars.map((real) => {
    const buffers = NAMES.map(() => new ArrayBuffer(0, { maxByteLength: real.length * BYTES }));
    const views = Object.fromEntries(NAMES.map((name, nth) => [name, new Float64Array(buffers[nth] as ArrayBuffer)])) as Record<
      (typeof NAMES)[number],
      Float64Array
    >;
    const { symbol, timeframe } = real;
    const columns: BarColumns = {
      symbol,
      timeframe,
      ...views,
      get length() {
        return views.close.length;
      },
    };
    return { buffers, views, columns };
  });
  return {
    columns: made.map(({ columns }) => columns),
    reveal(slot, index) {
      const { buffers, views } = made[slot] as (typeof made)[number];
      NAMES.forEach((name, nth) => {
        buffers[nth]?.resize((index + 1) * BYTES);
        views[name][index] = (bars[slot] as BarColumns)[name][index] as number;
      });
    },
  };
}

/** Columns of full length that hold another market until the real one has come to pass. */
function rewritten(bars: readonly BarColumns[], seed: number): Unfolding {
  const chance = seededChance(seed);
  const columns = bars.map((real) => withOtherFuture(real, 0, chance));
  return {
    columns,
    reveal(slot, index) {
      for (const name of NAMES) (columns[slot] as BarColumns)[name][index] = (bars[slot] as BarColumns)[name][index] as number;
    },
  };
}

const keyOf = ({ at, symbol, deployment }: Opinion): string => `${at} ${symbol} ${deployment}`;

/** The first difference of each agent, and how many there are. */
function leaksOf(known: readonly Opinion[], now: readonly Opinion[], world: World): Leak[] {
  const [before, after] = [new Map(known.map((one) => [keyOf(one), one])), new Map(now.map((one) => [keyOf(one), one]))];
  const first = new Map<DeploymentId, Leak>();
  for (const one of [...known, ...now.filter((other) => !before.has(keyOf(other)))].sort((a, b) => a.at - b.at)) {
    const [said, saysNow] = [before.get(keyOf(one))?.said ?? 'nothing', after.get(keyOf(one))?.said ?? 'nothing'];
    if (said === saysNow) continue;
    const { deployment, symbol, at } = one;
    const leak = first.get(deployment);
    first.set(
      deployment,
      leak === undefined ? { deployment, symbol, at, world, said, saysNow, differing: 1 } : { ...leak, differing: leak.differing + 1 },
    );
  }
  return [...first.values()];
}
