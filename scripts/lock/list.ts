/** `tradar lock list`: what is locked, until when, and why. */
import { lockLine } from '../cli/lock-words.ts';
import { EXIT, type Verb } from '../cli/verb.ts';

export const lockList: Verb = {
  name: 'lock list',
  summary: 'What is locked, until when, by whom and why.',
  flags: { config: { type: 'text', value: 'FILE', help: 'configuration file that says where the home is' } },
  async run(call) {
    const { readHome } = await import('../cli/configured.ts');
    const { withDaemon } = await import('../cli/daemon.ts');
    const { items } = await withDaemon(readHome(call), ({ trpc }) => trpc.locks.list.query());
    if (call.json) call.print(JSON.stringify({ locks: items }));
    else if (items.length === 0) call.print('nothing is locked');
    else for (const lock of items) call.print(lockLine(lock));
    return EXIT.done;
  },
};
