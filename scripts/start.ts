/** `tradar start`: runs the daemon in this process until it is told to stop. */
import type { KeyUser } from '#server/main.ts';
import { CONFIG_FLAGS, type Verb } from './cli/verb.ts';

export const start: Verb = {
  name: 'start',
  summary: 'Runs the daemon until Ctrl-C or SIGTERM. On a terminal it shows a live view, elsewhere log lines on stderr.',
  flags: {
    ...CONFIG_FLAGS,
    speed: { type: 'text', value: 'N', help: 'demo: market seconds in a second of the wall (default 240)' },
    port: { type: 'text', value: 'N', help: 'port of the control plane (default 7717; 0 takes any free one)' },
    'log-level': { type: 'text', value: 'LEVEL', help: 'debug, info, warn or error (default info)' },
    plain: { type: 'switch', help: 'log lines even on a terminal' },
  },
  notes: [
    'The first SIGTERM or Ctrl-C drains and ends in order, the second ends now. SIGUSR2 engages the kill switch at cancelAll.',
    'Live needs I_UNDERSTAND_LIVE_RISK=yes, all of "tradar ready", and an arming by "tradar arm"; otherwise it ends with 3 before it reaches for the broker. It starts at halt.',
    'With --json nothing but errors is written to stdout.',
  ],
  async run(call) {
    const { environmentOf, readConfig } = await import('./cli/configured.ts');
    const loaded = readConfig(call);
    const { armedAccountFor, asRefusal } = await import('./cli/live-gate.ts');
    const { codeVersionText } = await import('./cli/code-version-text.ts');
    const version = codeVersionText();
    const armedAccount = await armedAccountFor(loaded.config, environmentOf(call), version);
    const { describeConfig } = await import('#config/describe.ts');
    const { runDaemon } = await import('#server/main.ts');
    const plain = call.has('plain') || call.json;
    const { storedKeyOf, watchKey } = await import('./cli/key-watching.ts');
    const key = storedKeyOf(loaded, environmentOf(call));
    const options = {
      ...{ version, plain, describe: () => describeConfig(loaded) },
      ...(armedAccount === undefined ? {} : { armedAccount }),
      ...(key === undefined ? {} : { watchKey: (user: KeyUser) => watchKey(key, user) }),
    };
    return await runDaemon(loaded.config, options).catch((error: unknown) => {
      throw asRefusal(error, loaded.config);
    });
  },
};
