/** Agents with their parameters, for people and programs. */
import { z } from 'zod';
import type { AgentKind } from '#server/agents/agent.ts';
import { parametersOf } from './parameters.ts';
import type { Call } from './verb.ts';

export function listAgents(call: Call, kinds: readonly AgentKind[]): void {
  const entries = kinds.map((kind) => ({
    name: kind.name,
    help: kind.help,
    params: parametersOf(kind.schema),
    /** With the defaults. */
    warmUpBars: kind.warmUpBars(kind.schema.parse({})),
    schema: z.toJSONSchema(kind.schema, { io: 'input' }),
  }));
  if (call.json) {
    call.print(JSON.stringify(entries));
    return;
  }
  for (const { name, help, params, warmUpBars } of entries) {
    const settings = params.map((one) => `    --set ${one.name}=${String(one.default)}  ${one.help} (${one.values})`);
    call.print([`${name}: ${help}`, `    first opinion possible at bar ${warmUpBars} with these settings`, ...settings].join('\n'));
  }
}
