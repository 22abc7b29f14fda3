/** `tradar agents`: the built-in agents with everything that they can be told. */
import { EXIT, type Verb } from './cli/verb.ts';

export const agents: Verb = {
  name: 'agents',
  summary: 'Lists the built-in agents: what each looks for, what its confidence means, its settings and its warm-up.',
  operand: 'NAME',
  flags: {},
  notes: ['tradar agents', 'tradar agents ma-cross --json'],
  async run(call) {
    const { agents: all } = await import('#server/agents/registry.ts');
    const { agentNamed } = await import('./cli/agent-choice.ts');
    const { listAgents } = await import('./cli/agent-list.ts');
    listAgents(call, call.operand === undefined ? Object.values(all) : [agentNamed(call.operand)]);
    return EXIT.done;
  },
};
