/** What an agent is: closed bars in, dated claims out, one at a time, so that it can not look ahead. */
import type { Bar } from './bar.ts';
import type { Direction } from './signal.ts';

/** What an agent thinks on a bar; the engine adds symbol, deployment and time. */
export interface Opinion {
  readonly direction: Direction;
  /** 0 to 1. */
  readonly confidence: number;
  /** Milliseconds of market time, or nothing: until the next opinion. */
  readonly horizonMs: number | undefined;
  readonly reason: string;
}

/** One agent at work on one symbol. Its memory is its own; nobody else changes it. */
export interface AgentAtWork {
  /** Takes the bar in; an opinion when it changed its mind, else nothing. */
  onBar(bar: Bar): Opinion | undefined;
  /** Everything it remembers, as JSON; `load` on a new instance goes on with the same values. */
  save(): unknown;
  load(memory: unknown): void;
}
