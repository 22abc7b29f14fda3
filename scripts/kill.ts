/** `tradar kill`: engages the kill switch, by the daemon or straight at the broker, or releases it. */
import { CONFIG_FLAGS, type Verb } from './cli/verb.ts';

export const kill: Verb = {
  name: 'kill',
  summary: 'Engages the kill switch: first the sentinel file, then the daemon. It stays engaged over restarts until it is released.',
  flags: {
    level: { type: 'text', value: 'LEVEL', help: 'reduceOnly, halt, cancelOpening, cancelAll, flatten or sever (default cancelAll)' },
    reason: { type: 'text', value: 'TEXT', help: 'why, for the journal' },
    direct: { type: 'switch', help: 'straight to the broker, without daemon and database; cancelAll or flatten' },
    release: { type: 'switch', help: 'take the sentinel away and release the latch' },
    latch: { type: 'text', value: 'N', help: 'with --release: the latch that is meant, as "tradar status" shows it' },
    scope: { type: 'text', value: 'SCOPE', help: 'account (default), portfolio:ID, deployment:ID or symbol:SYMBOL' },
    note: { type: 'text', value: 'TEXT', help: 'with --release: why it is safe again, for the journal' },
    phrase: { type: 'text', value: 'TEXT', help: 'with --release: typed by hand, as "tradar status" shows it: release LEVEL N' },
    drill: { type: 'switch', help: 'rehearse it on an exchange of its own; no daemon, no account is touched' },
    ...CONFIG_FLAGS,
  },
  notes: [
    'halt: nothing is opened or decided any more.  cancelOpening: and opening orders are cancelled.',
    'cancelAll: and all orders are cancelled.  flatten: and all positions are closed.',
    'sever: nothing leaves the daemon any more, the broker is told to refuse orders, and the daemon ends with 4; its guard cancels.',
    'A scope that is less than the account holds that part alone: no sentinel file, nor a halt of the rest.',
  ],
  async run(call) {
    if (call.has('drill')) return await (await import('./cli/kill-drill.ts')).drill(call);
    if (call.has('release')) return await (await import('./cli/kill-release.ts')).release(call);
    const { engage, engageDirect } = await import('./cli/kill-engage.ts');
    return call.has('direct') ? await engageDirect(call) : await engage(call);
  },
};
