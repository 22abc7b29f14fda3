/** A connection to the broker of a mode, without a daemon. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config, Mode } from '#config/config.ts';
import { type AlpacaClient, createClient } from '#server/adapters/alpaca/client.ts';
import { brokerOrigins, demoOrigins } from '#server/adapters/alpaca/origins.ts';
import { holderOfHome } from '#server/adapters/home-lock.ts';
import { createLog } from '#server/adapters/log.ts';
import { exchangeFile } from '#server/exchange/wire/announce.ts';
import { DEMO_KEYS } from '#server/exchange/wire/demo-keys.ts';
import type { Log } from '#server/runtime/ports.ts';
import { Failure } from './failure.ts';
import { wakeOrEnd } from './no-daemon.ts';

const PROBE_TIMEOUT_MS = 2_000;

const announced = z.object({ url: z.url({ protocol: /^http$/ }) });

export interface DirectBroker {
  readonly client: AlpacaClient;
  readonly log: Log;
}

const reach: Readonly<Record<Mode, (config: Config, log: Log) => Promise<AlpacaClient>>> = {
  demo: async ({ home, demo: { exchangeUrl } }, log) => {
    const url = await answering(exchangeUrl ?? announcedExchange(home));
    if (url === undefined) {
      if (exchangeUrl !== undefined) throw silent(exchangeUrl);
      const holder = holderOfHome(home);
      if (holder !== undefined) throw frozen(holder.pid);
      const hint = 'nothing is left to cancel; what it held stands again, and is reconciled, at the next start';
      throw new Failure({ code: 'exchangeGone', message: 'the built-in exchange lives in the daemon, and died with it', hint });
    }
    return createClient({ origins: demoOrigins(url), keyId: DEMO_KEYS.id, secretKey: DEMO_KEYS.secret, log });
  },
  paper: async (config, log) => atAlpaca('paper', config, log),
  live: async (config, log) => atAlpaca('live', config, log),
};

function atAlpaca(mode: 'paper' | 'live', { keys, rehearsal }: Config, log: Log): AlpacaClient {
  if (keys === undefined) {
    const hint = `store the key of your ${mode} account with "tradar keys add ${mode}", or set APCA_API_KEY_ID and APCA_API_SECRET_KEY`;
    throw new Failure({ code: 'keysMissing', message: 'there are no API keys', hint });
  }
  return createClient({
    origins: brokerOrigins(mode, rehearsal.exchangeUrl),
    keyId: keys.id.reveal(),
    secretKey: keys.secret.reveal(),
    log,
  });
}

const frozen = (pid: number): Failure =>
  new Failure({
    code: 'daemonFrozen',
    message: `the built-in exchange lives in the daemon, process ${pid}, which is alive and does not answer`,
    hint: `its orders and positions are as they were; ${wakeOrEnd(pid)}`,
    facts: { pid },
  });

export async function directBroker(config: Config): Promise<DirectBroker> {
  const log = createLog({ level: 'error' });
  return { client: await reach[config.mode](config, log), log };
}

const silent = (url: string): Failure =>
  new Failure({
    code: 'exchangeGone',
    message: `the exchange at ${url} (demo.exchangeUrl) does not answer`,
    hint: 'start "tradar exchange" again with its --state and --port; what it held stands again',
  });

/** Where the built-in exchange of this home was last to be found. */
function announcedExchange(home: string): string | undefined {
  try {
    return announced.parse(JSON.parse(readFileSync(exchangeFile(join(home, 'exchange')), 'utf8'))).url;
  } catch {
    return undefined;
  }
}

async function answering(url: string | undefined): Promise<string | undefined> {
  if (url === undefined) return undefined;
  try {
    // Any answer will do: it is asked without keys.
    await fetch(`${url}/v2/clock`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return url;
  } catch {
    return undefined;
  }
}
