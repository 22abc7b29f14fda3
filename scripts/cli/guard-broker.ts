/** Where the guard's requests go, and with which key. */
import type { Config, Mode } from '#config/config.ts';
import { masterKeyFrom } from '#config/keys/master-key.ts';
import { hasKey, openKey } from '#config/keys/stored-keys.ts';
import type { Environment } from '#config/outside.ts';
import { paperOrigins } from '#server/adapters/alpaca/origins.ts';
import { DEMO_KEYS } from '#server/exchange/wire/demo-keys.ts';
import type { BrokerOptions } from '#server/guard/broker.ts';
import { Failure } from './failure.ts';
import type { Call } from './verb.ts';

const brokers: Readonly<Record<Mode, (config: Config, env: Environment, call: Call) => BrokerOptions>> = {
  demo: ({ demo: { exchangeUrl } }) => {
    if (exchangeUrl === undefined) {
      const hint = 'start "tradar exchange" and name it in demo.exchangeUrl: then daemon, guard and exchange are three processes';
      throw new Failure({ code: 'exchangeInside', message: 'the exchange of this demo lives in the daemon, and freezes with it', hint });
    }
    return { url: exchangeUrl, keyId: DEMO_KEYS.id, secret: DEMO_KEYS.secret };
  },
  paper: ({ home, keys }, env, call) => {
    const url = paperOrigins().trading;
    if (hasKey(home, 'paper-guard')) {
      const { id, secret } = openKey(home, masterKeyFrom(env), 'paper-guard');
      return { url, keyId: id, secret };
    }
    if (keys === undefined)
      throw new Failure({ code: 'keysMissing', message: 'there are no API keys', hint: 'store one: tradar keys add paper-guard' });
    call.remark(
      'the guard shares the daemon’s key: when that is revoked, both are without; "tradar keys add paper-guard" gives it one of its own',
    );
    return { url, keyId: keys.id.reveal(), secret: keys.secret.reveal() };
  },
};

export const guardBrokerOf = (config: Config, env: Environment, call: Call): BrokerOptions => brokers[config.mode](config, env, call);
