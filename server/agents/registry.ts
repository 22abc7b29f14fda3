/** All built-in agents by name. A new agent is one file and one line here. */
import type { AgentKind } from './agent.ts';
import { bollingerReversion } from './bollinger-reversion.ts';
import { maCross } from './ma-cross.ts';
import { rsiReversion } from './rsi-reversion.ts';

/** Each kind checks its own configuration; behind its schema the type is known again. */
const kinds: readonly AgentKind<never>[] = [maCross, rsiReversion, bollingerReversion];

export const agents: Readonly<Record<string, AgentKind>> = Object.fromEntries(
  kinds.map((kind) => [kind.name, kind as unknown as AgentKind]),
);
