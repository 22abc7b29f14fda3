/** The agent that a call names, with what every verb that runs one alone lets be said about it. */
import { nearest } from '#config/nearest.ts';
import type { AgentKind } from '#server/agents/agent.ts';
import { agents } from '#server/agents/registry.ts';
import { misuse } from './failure.ts';

/** Part of the equity that is in the market when an agent is in all of its symbols: what is left pays for gaps at the open. */
export const INVESTED = 0.95;

export function agentNamed(name: string | undefined): AgentKind {
  if (name === undefined) throw misuse('which agent?', 'give --agent NAME, one of "tradar agents"');
  const kind = agents[name];
  if (kind !== undefined) return kind;
  const meant = nearest(name, Object.keys(agents));
  throw misuse(
    `there is no agent "${name}"`,
    meant === undefined ? `there are ${Object.keys(agents).join(', ')}` : `did you mean ${meant}?`,
  );
}
