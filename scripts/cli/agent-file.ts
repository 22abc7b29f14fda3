/** An agent in a file of the user's own: its `agent` is an agent kind, checked here for what the rest relies on. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { AgentKind } from '#server/agents/agent.ts';
import { type FeatureKind, withFeatures } from '#server/agents/features.ts';
import { agents } from '#server/agents/registry.ts';
import { misuse } from './failure.ts';

/** Which file, and what was in it. */
export interface AgentFile {
  readonly path: string;
  readonly sha256: string;
}

const CONTRACT = 'it must export an agent kind by the name agent; docs/agents.md#an-agent-of-your-own has one to begin with';

export function agentFile(text: string): AgentFile {
  const path = resolve(text);
  try {
    return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw misuse(`${path} can not be read: ${code}`, 'give --agent-file a file that is there');
  }
}

export async function agentOfFile({ path }: AgentFile): Promise<AgentKind> {
  const { agent: exported } = await imported(path);
  // A file outside of a package finds no zod: such a one is a function, and is given it.
  const kind: unknown = typeof exported === 'function' ? exported({ z }) : exported;
  const fault = faultOf(kind);
  if (fault !== undefined) throw misuse(`${path} is no agent: ${fault}`, CONTRACT);
  return 'features' in (kind as object) ? withFeatures(kind as FeatureKind) : (kind as AgentKind);
}

async function imported(path: string): Promise<{ readonly agent?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { agent?: unknown };
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw misuse(
      `${path} can not be loaded: ${message}`,
      'repair it; types are taken off and not checked, and enums and namespaces do not work',
    );
  }
}

function faultOf(kind: unknown): string | undefined {
  if (typeof kind !== 'object' || kind === null) return 'it exports no object by the name agent';
  const { name, help, schema, warmUpBars, hire, features } = kind as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(name)) return '"name" must be lower-case letters, digits and dashes';
  if (agents[name] !== undefined) return `the name "${name}" is taken by a built-in agent`;
  if (typeof help !== 'string') return '"help" must be a sentence';
  if (!(schema instanceof z.ZodObject)) return '"schema" must be an object of zod';
  if (!schema.safeParse({}).success) return 'every field of "schema" must have a default';
  if (typeof warmUpBars !== 'function') return '"warmUpBars" must be a function of the config';
  if (typeof hire !== 'function') return '"hire" must be a function of the config';
  if (features !== undefined && typeof features !== 'function') return '"features" must be a function of bars and config';
  return undefined;
}
