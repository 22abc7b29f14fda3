/** Whether an agent makes sense on bars of such a length: said before anything is worked out. */
import { type AgentKind, timeframeFault } from '#server/agents/agent.ts';
import type { Timeframe } from '#server/domain/timeframe.ts';
import { misuse } from './failure.ts';

export function checkBars(kind: AgentKind, bars: readonly { readonly timeframe: Timeframe }[]): void {
  for (const { timeframe } of bars) {
    const fault = timeframeFault(kind, timeframe);
    if (fault !== undefined) throw misuse(fault, 'give shorter bars, or another agent');
  }
}
