/** The contract of all indicators: closed bars in, numbers out, one at a time; a memory that can be saved at any bar. */
import { z } from 'zod';
import { type Candle, isUsableCandle } from './usable.ts';

export interface IndicatorAtWork {
  /** In the order of `outputs`, NaN where there is none yet; the same array at each call: read it before the next one. */
  next(bar: Candle): Readonly<Float64Array>;
  /** Everything it remembers, as JSON; `load` on a new instance of the same parameters goes on with the same values. */
  save(): unknown;
  load(memory: unknown): void;
}

export interface Indicator<Params = unknown> {
  readonly name: string;
  /** Other names it is known by. */
  readonly aliases?: readonly string[];
  /** Formula, unit, seeding, source. */
  readonly help: string;
  /** Every field has a default and bounds. */
  readonly params: z.ZodType<Params>;
  readonly outputs: readonly string[];
  /** For each output: the bars until its first value. */
  warmUp(params: Params): readonly number[];
  make(params: Params): IndicatorAtWork;
}

/** A part of an indicator that remembers something. */
export interface Part {
  save(): unknown;
  load(state: never): void;
}

/** Builds an indicator of parts that remember and a fold that does not. A bar with an unusable number never reaches the fold. */
export function atWork(outputs: number, parts: readonly Part[], fold: (bar: Candle, out: Float64Array) => void): IndicatorAtWork {
  const out = new Float64Array(outputs).fill(Number.NaN);
  return {
    next(bar) {
      if (isUsableCandle(bar)) fold(bar, out);
      else out.fill(Number.NaN);
      return out;
    },
    save: () => parts.map((part) => part.save()),
    load(memory) {
      const states = memory as readonly unknown[];
      parts.forEach((part, nth) => {
        part.load(states[nth] as never);
      });
    },
  };
}

const LONGEST = 5_000;

export const bars = (usual: number, help: string, least = 1) => z.int().min(least).max(LONGEST).default(usual).describe(help);

export const factor = (usual: number, help: string) => z.number().min(0.001).max(100).default(usual).describe(help);
