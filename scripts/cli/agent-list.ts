/** The agents with their parameters, for people and programs. */
import { agents } from '#server/agents/registry.ts';
import { parametersOf } from './parameters.ts';
import type { Call } from './verb.ts';

export function listAgents(call: Call): void {
  const entries = Object.values(agents).map((kind) => ({
    name: kind.name,
    help: kind.help,
    params: parametersOf(kind.schema),
    warmUpBars: kind.warmUpBars(kind.schema.parse({})),
  }));
  if (call.json) {
    call.print(JSON.stringify(entries));
    return;
  }
  for (const { name, help, params } of entries) {
    const settings = params.map((one) => `    --set ${one.name}=${String(one.default)}  ${one.help} (${one.values})`);
    call.print([`${name}: ${help}`, ...settings].join('\n'));
  }
}
