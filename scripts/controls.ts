/** `tradar controls`: every risk control with what it answers, its parameter and the test that proves it; or how near the daemon stands to each. */
import { CONFIG_FLAGS, EXIT, type Verb } from './cli/verb.ts';

export const controls: Verb = {
  name: 'controls',
  summary: 'Lists the risk controls: what each answers, its parameter as it is in force, and the test that proves it.',
  flags: {
    markdown: { type: 'switch', help: 'as the table of docs/controls.md' },
    live: { type: 'switch', help: 'of the running daemon: value, limit, headroom and state of each' },
    ...CONFIG_FLAGS,
  },
  notes: ['tradar controls', 'tradar controls --live', 'tradar controls --markdown'],
  async run(call) {
    const { listControls, showLive } = await import('./cli/control-list.ts');
    if (call.has('live')) await showLive(call);
    else listControls(call);
    return EXIT.done;
  },
};
