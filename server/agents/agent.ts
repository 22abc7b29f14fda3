/** What the registry knows of an agent: how it is called, what it may be told, and how it is hired. */
import type { z } from 'zod';
import type { AgentAtWork } from '#server/domain/agent.ts';

export interface AgentKind<Config = unknown> {
  readonly name: string;
  /** One sentence: what it looks for, and what its confidence means. */
  readonly help: string;
  /** Every field has a default and bounds. */
  readonly schema: z.ZodType<Config>;
  /** Bars before its first opinion is possible. */
  warmUpBars(config: Config): number;
  hire(config: Config): AgentAtWork;
}
