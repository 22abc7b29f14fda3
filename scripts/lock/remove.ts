/** `tradar lock remove`: takes a lock away by its number. */
import { misuse } from '../cli/failure.ts';
import { EXIT, type Verb } from '../cli/verb.ts';

const NUMBER = /^[1-9]\d{0,14}$/;

export const lockRemove: Verb = {
  name: 'lock remove',
  summary: 'Takes a lock away, by its number in "tradar lock list", whoever placed it.',
  operand: 'LOCK',
  flags: {
    note: { type: 'text', value: 'TEXT', help: 'why it may go, for the journal' },
    config: { type: 'text', value: 'FILE', help: 'configuration file that says where the home is' },
  },
  notes: ['A rule that finds its cause again places a new one.'],
  async run(call) {
    const wanted = call.operand ?? '';
    if (!NUMBER.test(wanted)) throw misuse(`"${wanted}" is not the number of a lock`, 'take the number from "tradar lock list"');
    const note = call.text('note')?.trim() ?? '';
    if (note === '') throw misuse('lock remove needs --note TEXT', 'say why it may go; it goes into the journal');
    const { readHome } = await import('../cli/configured.ts');
    const { withDaemon } = await import('../cli/daemon.ts');
    const { items } = await withDaemon(readHome(call), ({ trpc }) => trpc.locks.remove.mutate({ id: Number(wanted), note }));
    call.print(call.json ? JSON.stringify({ locks: items }) : `lock ${wanted} is removed; ${items.length} are left`);
    return EXIT.done;
  },
};
