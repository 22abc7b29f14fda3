/** `tradar guard`: the dead-man process beside a daemon. */
import { CONFIG_FLAGS, type Verb } from './cli/verb.ts';

export const guard: Verb = {
  name: 'guard',
  summary:
    'Watches the daemon of the same home from a process of its own. No sign of a working one for 10 s: trading is suspended at the broker and the daemon held at halt; for 30 s: opening orders are cancelled.',
  flags: CONFIG_FLAGS,
  notes: [
    'Set guard.enabled in the configuration, so that the daemon says that it works, and opens nothing without a guard.',
    'It uses the key "paper-guard" where one is stored ("tradar keys add paper-guard"), otherwise the daemon’s.',
    'What it suspended is lifted by "tradar kill --release", when the daemon works again. Ctrl-C or SIGTERM ends it (0).',
  ],
  async run(call) {
    const { readConfig, environmentOf } = await import('./cli/configured.ts');
    const { guardSideOf } = await import('./cli/guard-broker.ts');
    const { runGuard } = await import('./cli/guard-run.ts');
    const loaded = readConfig(call);
    const { config } = loaded;
    if (!config.guard.enabled)
      call.remark(
        'guard.enabled is false: a daemon with this configuration gives no sign of life, so this guard would never act for it; set it to true for both',
      );
    return await runGuard(config, guardSideOf(loaded, environmentOf(call), call), call);
  },
};
