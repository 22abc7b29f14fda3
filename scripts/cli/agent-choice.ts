/** The agent that a call names, with what every verb that runs one alone lets be said about it. */
import { nearest } from '#config/nearest.ts';
import type { AgentKind } from '#server/agents/agent.ts';
import { agents } from '#server/agents/registry.ts';
import { type AgentFile, agentFile, agentOfFile } from './agent-file.ts';
import { misuse } from './failure.ts';
import type { Call } from './verb.ts';

/** Part of the equity that is in the market when an agent is in all of its symbols: what is left pays for gaps at the open. */
export const INVESTED = 0.95;

export interface ChosenAgent {
  readonly kind: AgentKind;
  /** Nothing: a built-in one. */
  readonly file: AgentFile | undefined;
}

export async function chosenAgent(call: Call): Promise<ChosenAgent> {
  const path = call.text('agent-file');
  if (path === undefined) return { kind: agentNamed(call.text('agent')), file: undefined };
  if (call.has('agent')) throw misuse('--agent and --agent-file exclude each other', 'give the one that is meant');
  const file = agentFile(path);
  return { kind: await agentOfFile(file), file };
}

export function agentNamed(name: string | undefined): AgentKind {
  if (name === undefined) throw misuse('which agent?', 'give --agent NAME, one of "tradar agents", or --agent-file FILE');
  const kind = agents[name];
  if (kind !== undefined) return kind;
  const meant = nearest(name, Object.keys(agents));
  throw misuse(
    `there is no agent "${name}"`,
    meant === undefined ? `there are ${Object.keys(agents).join(', ')}` : `did you mean ${meant}?`,
  );
}
