/** The common part of agents: a mind that is up, down or flat, a memory made of kernels, and words only when the mind changes. */
import type { AgentAtWork, Opinion } from '#server/domain/agent.ts';
import type { Bar } from '#server/domain/bar.ts';
import type { Direction } from '#server/domain/signal.ts';
import type { Part } from '#server/indicators/indicator.ts';

export interface Mind {
  /** Everything that remembers something. */
  readonly parts: readonly Part[];
  /** Takes the bar into the kernels and says what to think now; what was thought before, when nothing changed. */
  judge(bar: Bar, before: Direction): Direction;
  /** Of the bar that was judged last. */
  explain(now: Direction, bar: Bar): Pick<Opinion, 'confidence' | 'reason'>;
}

interface Memory {
  readonly stance: Direction;
  readonly parts: readonly unknown[];
}

export function stanceAgent({ parts, judge, explain }: Mind): AgentAtWork {
  let stance: Direction = 'flat';
  return {
    onBar(bar) {
      const now = judge(bar, stance);
      if (now === stance) return undefined;
      stance = now;
      return { direction: now, horizonMs: undefined, ...explain(now, bar) };
    },
    save: (): Memory => ({ stance, parts: parts.map((part) => part.save()) }),
    load(memory) {
      const saved = memory as Memory;
      stance = saved.stance;
      parts.forEach((part, nth) => {
        part.load(saved.parts[nth] as never);
      });
    },
  };
}

/** One half at the threshold, growing to 1 at `full` beyond it. */
export const growing = (beyond: number, full: number): number => 0.5 + 0.5 * Math.max(0, Math.min(1, full > 0 ? beyond / full : 1));

/** A price in words: dollars to four decimals, what costs less to nine. */
export const inWords = (price: number): string => price.toFixed(Math.abs(price) < 1 ? 9 : 4);
