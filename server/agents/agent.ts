/** What the registry knows of an agent: how it is called, what it may be told, and how it is hired. */
import type { z } from 'zod';
import type { AgentAtWork } from '#server/domain/agent.ts';
import type { BarColumns } from '#server/domain/bar-columns.ts';
import { DAY_MS } from '#server/domain/time.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';

export interface AgentKind<Config = unknown> {
  readonly name: string;
  /** One sentence: what it looks for, and what its confidence means. */
  readonly help: string;
  /** Every field has a default and bounds. */
  readonly schema: z.ZodType<Config>;
  /** What it compares prices with begins anew with each session: bars of a day or longer are all alone in theirs. */
  readonly isOfSession?: true;
  /** Bars before its first opinion is possible. */
  warmUpBars(config: Config): number;
  hire(config: Config): AgentAtWork;
  /** Of a kind with features (`features.ts`): the same with these bars to work them out of. Without it the kind needs bars alone. */
  readonly over?: (history: readonly BarColumns[], isUnfolding: boolean) => AgentKind<Config>;
}

/** Why it makes no sense on bars of such a length; nothing where it does. */
export const timeframeFault = ({ name, isOfSession }: AgentKind, timeframe: Timeframe): string | undefined =>
  isOfSession === true && timeframe.ms >= DAY_MS
    ? `${name} looks at bars within a session, and of ${timeframe.name} there is at most one in each`
    : undefined;

/** Ready to be hired over these bars. `isUnfolding`: they grow or change whenever one closes, so nothing of them may be kept. */
export const agentOver = (kind: AgentKind, history: readonly BarColumns[], isUnfolding = false): AgentKind =>
  kind.over?.(history, isUnfolding) ?? kind;
