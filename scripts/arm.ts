/** `tradar arm`: an operator's leave to start the daemon with real money, for one account and for a time. */
import { EXIT, type Verb } from './cli/verb.ts';

const HOUR_MS = 3_600_000;

export const arm: Verb = {
  name: 'arm',
  summary:
    'Lets "tradar start --mode live" begin, until live.armingHours have passed: for the account that the live key opens, this configuration and this version of the code.',
  flags: {
    mode: { type: 'text', value: 'live', help: 'the only mode that needs it; said so that nobody arms by habit' },
    off: { type: 'switch', help: 'take the arming back; a daemon that runs goes on' },
    config: { type: 'text', value: 'FILE', help: 'configuration file; otherwise tradar.json in the home, when there is one' },
  },
  notes: [
    'It asks the broker whose account it is, and wants the phrase with that account typed. Where something of "tradar ready" is missing it ends with 3.',
    'It holds for every start until it ends, so that a daemon that fell can come back to what it holds; each start is at halt, until an operator releases it.',
  ],
  async run(call) {
    const { misuse } = await import('./cli/failure.ts');
    const { readConfig, readHome } = await import('./cli/configured.ts');
    const { disarm } = await import('#server/adapters/arming-file.ts');
    if (call.has('off')) {
      disarm(readHome(call));
      call.print(call.json ? JSON.stringify({ armed: false }) : 'it is not armed any more');
      return EXIT.done;
    }
    if (call.text('mode') !== 'live') throw misuse('there is no --mode live', 'say it: tradar arm --mode live');
    const arming = await armLive(readConfig(call).config);
    call.print(
      call.json
        ? JSON.stringify({ armed: true, ...arming })
        : `account ${arming.account} at ${arming.broker} is armed until ${arming.expiresAt}`,
    );
    return EXIT.done;
  },
};

async function armLive(config: import('#config/config.ts').Config) {
  const { codeVersionText } = await import('./cli/code-version-text.ts');
  const { liveBroker, refusal, unmet } = await import('./cli/live-gate.ts');
  const { requirementsOf } = await import('./cli/readiness-of.ts');
  const { configHash } = await import('#config/ledger-mode.ts');
  const version = codeVersionText();
  const missing = unmet(await requirementsOf(config, version));
  if (missing.length > 0) throw refusal(config, missing);
  const { directBroker } = await import('./cli/broker.ts');
  const { accountNumberOf } = await import('#server/adapters/alpaca/account.ts');
  const { client, log } = await directBroker(config);
  const account = await accountNumberOf(client, log);
  const { typedPhrase } = await import('./cli/typed-phrase.ts');
  await typedPhrase(`arm live ${account}`, `real money: account ${account} at ${liveBroker(config)}, for ${config.live.armingHours} hours`);
  const nowMs = Date.now();
  const [armedAt, expiresAt] = [nowMs, nowMs + config.live.armingHours * HOUR_MS].map((ms) => new Date(ms).toISOString()) as [
    string,
    string,
  ];
  const arming = { account, broker: liveBroker(config), configHash: configHash(config), version, armedAt, expiresAt };
  const { writeArming } = await import('#server/adapters/arming-file.ts');
  writeArming(config.home, arming);
  return arming;
}
