/** All built-in agents by name. A new agent is one file and one line here. */
import type { AgentKind } from './agent.ts';
import { bollingerReversion } from './bollinger-reversion.ts';
import { maCross } from './ma-cross.ts';
import { rsiReversion } from './rsi-reversion.ts';

const kinds: readonly AgentKind[] = [maCross, rsiReversion, bollingerReversion];

export const agents: Readonly<Record<string, AgentKind>> = Object.fromEntries(kinds.map((kind) => [kind.name, kind]));
