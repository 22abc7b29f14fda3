/** `tradar ready`: what must be there before real money is traded, by evidence, and what of it is. */
import type { Requirement } from '#server/runtime/readiness.ts';
import { type Call, EXIT, type Verb } from './cli/verb.ts';

export const ready: Verb = {
  name: 'ready',
  summary:
    'Shows what "tradar start --mode live" needs and what of it is there: keys, guard, terms, hours and sessions on paper, a sound and replayed journal, a drill.',
  flags: {
    'accept-terms': { type: 'switch', help: 'show the terms, and accept them by a typed phrase' },
    config: { type: 'text', value: 'FILE', help: 'configuration file; otherwise tradar.json in the home, when there is one' },
  },
  notes: [
    'Everything but the terms is worked out from the journal of the paper run, and from what "tradar replay --verify" and "tradar kill --drill" left in evidence.jsonl of the home.',
    'Ends with 0 when all is there, with 3 when something is missing. It reaches for no broker.',
  ],
  async run(call) {
    const { readConfig } = await import('./cli/configured.ts');
    const { codeVersionText } = await import('./cli/code-version-text.ts');
    const { requirementsOf } = await import('./cli/readiness-of.ts');
    const { config } = readConfig(call, { mode: 'live' });
    if (call.has('accept-terms')) await acceptTerms(config.home);
    const requirements = await requirementsOf(config, codeVersionText());
    const isReady = requirements.every(({ met }) => met);
    if (call.json) call.print(JSON.stringify({ ready: isReady, requirements }));
    else print(call, requirements, isReady);
    return isReady ? EXIT.done : EXIT.notReady;
  },
};

async function acceptTerms(home: string): Promise<void> {
  const { liveTerms } = await import('./cli/readiness-of.ts');
  const { typedPhrase } = await import('./cli/typed-phrase.ts');
  const { leaveEvidence } = await import('#server/adapters/evidence.ts');
  const { makeHome } = await import('#server/adapters/home.ts');
  const { text, id } = liveTerms();
  await typedPhrase('I accept these terms', text);
  makeHome(home);
  leaveEvidence(home, { kind: 'termsAccepted', at: new Date().toISOString(), terms: id });
}

function print(call: Call, requirements: readonly Requirement[], isReady: boolean): void {
  for (const { name, met, needed, found, remedy } of requirements) {
    call.print(`${(met ? 'there' : 'MISSING').padEnd(9)}${name.padEnd(16)}${found}`);
    if (!met) call.print(`${' '.repeat(25)}needed: ${needed}\n${' '.repeat(25)}→ ${remedy}`);
  }
  call.print(isReady ? 'all is there; "tradar arm --mode live" is next' : 'live can not be started');
}
