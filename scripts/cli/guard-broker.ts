/** Where the guard's requests go, and with which key. */
import type { Mode } from '#config/config.ts';
import { masterKeyFrom } from '#config/keys/master-key.ts';
import { hasKey, openKey } from '#config/keys/stored-keys.ts';
import type { LoadedConfig } from '#config/load.ts';
import type { Environment } from '#config/outside.ts';
import { brokerOrigins } from '#server/adapters/alpaca/origins.ts';
import { DEMO_KEYS } from '#server/exchange/wire/demo-keys.ts';
import type { BrokerOptions } from '#server/guard/broker.ts';
import { Failure } from './failure.ts';
import { storedKeyOf, type WatchedKey } from './key-watching.ts';
import type { Call } from './verb.ts';

export interface GuardSide {
  readonly broker: BrokerOptions;
  /** The stored key that it uses; nothing where the key came from elsewhere. */
  readonly key: WatchedKey | undefined;
}

type Brokers = Readonly<Record<Mode, (loaded: LoadedConfig, env: Environment, call: Call) => GuardSide>>;

const brokers: Brokers = {
  demo: ({ config: { demo } }) => {
    const { exchangeUrl } = demo;
    if (exchangeUrl === undefined) {
      const hint = 'start "tradar exchange" and name it in demo.exchangeUrl: then daemon, guard and exchange are three processes';
      throw new Failure({ code: 'exchangeInside', message: 'the exchange of this demo lives in the daemon, and freezes with it', hint });
    }
    return { broker: { url: exchangeUrl, keyId: DEMO_KEYS.id, secret: DEMO_KEYS.secret }, key: undefined };
  },
  paper: (...told) => atAlpaca('paper', ...told),
  live: (...told) => atAlpaca('live', ...told),
};

function atAlpaca(mode: 'paper' | 'live', loaded: LoadedConfig, env: Environment, call: Call): GuardSide {
  const { home, keys, rehearsal } = loaded.config;
  const url = brokerOrigins(mode, rehearsal.exchangeUrl).trading;
  const name = `${mode}-guard` as const;
  if (hasKey(home, name)) {
    const current = openKey(home, masterKeyFrom(env), name);
    return { broker: { url, keyId: current.id, secret: current.secret }, key: { home, name, env, current } };
  }
  if (keys === undefined)
    throw new Failure({ code: 'keysMissing', message: 'there are no API keys', hint: `store one: tradar keys add ${name}` });
  call.remark(
    `the guard shares the daemon’s key: when that is revoked, both are without; "tradar keys add ${name}" gives it one of its own`,
  );
  return { broker: { url, keyId: keys.id.reveal(), secret: keys.secret.reveal() }, key: storedKeyOf(loaded, env) };
}

export const guardSideOf = (loaded: LoadedConfig, env: Environment, call: Call): GuardSide =>
  brokers[loaded.config.mode](loaded, env, call);
