/** Where the guard's requests go, and with which key. */
import type { Config, Mode } from '#config/config.ts';
import { masterKeyFrom } from '#config/keys/master-key.ts';
import { hasKey, openKey } from '#config/keys/stored-keys.ts';
import type { Environment } from '#config/outside.ts';
import { brokerOrigins } from '#server/adapters/alpaca/origins.ts';
import { DEMO_KEYS } from '#server/exchange/wire/demo-keys.ts';
import type { BrokerOptions } from '#server/guard/broker.ts';
import { Failure } from './failure.ts';
import type { Call } from './verb.ts';

type Brokers = Readonly<Record<Mode, (config: Config, env: Environment, call: Call) => BrokerOptions>>;

const brokers: Brokers = {
  demo: ({ demo: { exchangeUrl } }) => {
    if (exchangeUrl === undefined) {
      const hint = 'start "tradar exchange" and name it in demo.exchangeUrl: then daemon, guard and exchange are three processes';
      throw new Failure({ code: 'exchangeInside', message: 'the exchange of this demo lives in the daemon, and freezes with it', hint });
    }
    return { url: exchangeUrl, keyId: DEMO_KEYS.id, secret: DEMO_KEYS.secret };
  },
  paper: (...told) => atAlpaca('paper', ...told),
  live: (...told) => atAlpaca('live', ...told),
};

function atAlpaca(mode: 'paper' | 'live', { home, keys, rehearsal }: Config, env: Environment, call: Call): BrokerOptions {
  const url = brokerOrigins(mode, rehearsal.exchangeUrl).trading;
  const name = `${mode}-guard` as const;
  if (hasKey(home, name)) {
    const { id, secret } = openKey(home, masterKeyFrom(env), name);
    return { url, keyId: id, secret };
  }
  if (keys === undefined)
    throw new Failure({ code: 'keysMissing', message: 'there are no API keys', hint: `store one: tradar keys add ${name}` });
  call.remark(
    `the guard shares the daemon’s key: when that is revoked, both are without; "tradar keys add ${name}" gives it one of its own`,
  );
  return { url, keyId: keys.id.reveal(), secret: keys.secret.reveal() };
}

export const guardBrokerOf = (config: Config, env: Environment, call: Call): BrokerOptions => brokers[config.mode](config, env, call);
