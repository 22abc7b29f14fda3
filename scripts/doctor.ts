/** `tradar doctor`: looks at everything the daemon needs, at the same time, and says what to do about what is wrong. */
import { CONFIG_FLAGS, EXIT, type Verb } from './cli/verb.ts';

export const doctor: Verb = {
  name: 'doctor',
  summary:
    'Checks Node, configuration, keys, home, daemon, database, Redis, broker, clock, stream slot and port, and says what to do about each failure.',
  flags: CONFIG_FLAGS,
  notes: ['Ends with 1 when a check fails; a warning does not count. Keys and passwords are never printed.'],
  async run(call) {
    const { examine } = await import('./cli/examine.ts');
    const rows = await examine(call);
    const failed = rows.filter(({ state }) => state === 'fail').length;
    if (call.json) call.print(JSON.stringify({ ok: failed === 0, checks: rows }));
    else {
      for (const { check, state, detail, remedy } of rows) {
        call.print(`${state.padEnd(5)}${check.padEnd(15)}${detail}`);
        if (state !== 'ok' && remedy !== null) call.print(`${' '.repeat(20)}→ ${remedy}`);
      }
      const verdict = failed === 1 ? 'one check fails' : `${failed} checks fail`;
      call.print(failed === 0 ? 'all is well' : verdict);
    }
    return failed === 0 ? EXIT.done : EXIT.failed;
  },
};
