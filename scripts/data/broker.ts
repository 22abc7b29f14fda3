/** Who has the history: Alpaca with the keys of the configuration, or an exchange of this machine that is named. */
import { processSources } from '#config/load.ts';
import { createArchive } from '#server/adapters/alpaca/archive.ts';
import { type ClientOptions, createClient } from '#server/adapters/alpaca/client.ts';
import { demoOrigins, paperOrigins, type StockFeed } from '#server/adapters/alpaca/origins.ts';
import type { BarSource } from '#server/adapters/bars/fetch.ts';
import { createLog } from '#server/adapters/log.ts';
import { isCryptoSymbol } from '#server/domain/instrument.ts';
import { DEMO_KEYS } from '#server/exchange/wire/demo-keys.ts';
import { readConfig } from '../cli/configured.ts';
import { Failure, misuse } from '../cli/failure.ts';
import type { Call } from '../cli/verb.ts';

export interface HistoryBroker {
  readonly source: BarSource;
  /** Kept with each series: "alpaca/iex". */
  nameFor(symbol: string): string;
  /** What the broker's clock shows. */
  now(): Promise<number>;
}

/** Ten thousand bars take a while to come. */
const TIMEOUT_MS = 30_000;
const FEEDS: readonly StockFeed[] = ['iex', 'sip'];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function historyBroker(call: Call): HistoryBroker {
  const log = createLog({ level: 'error' });
  const url = call.text('url');
  const { who, feed, ...connection } = url === undefined ? alpaca(call) : exchange(call, url);
  const client = createClient({ ...connection, log, timeoutMs: TIMEOUT_MS });
  const archive = createArchive({ client, log, stockFeed: feed, pause });
  return { source: archive, nameFor: (symbol) => `${who}/${isCryptoSymbol(symbol) ? 'crypto' : feed}`, now: archive.now };
}

type Connection = Pick<ClientOptions, 'origins' | 'keyId' | 'secretKey'> & { readonly who: string; readonly feed: StockFeed };

function feedOf(call: Call): StockFeed | undefined {
  const given = call.text('feed');
  const feed = FEEDS.find((one) => one === given);
  if (given !== undefined && feed === undefined) throw misuse(`--feed ${given} is not possible here`, `use ${FEEDS.join(' or ')}`);
  return feed;
}

function alpaca(call: Call): Connection {
  const { config } = readConfig(call);
  const { keys } = config;
  if (keys === undefined) {
    const hint =
      'set APCA_API_KEY_ID and APCA_API_SECRET_KEY to the key of your paper account, or name an exchange of this machine with --url';
    throw new Failure({ code: 'keysMissing', message: 'there are no API keys', hint });
  }
  const feed = feedOf(call) ?? config.feed.stocks;
  return { origins: paperOrigins(), keyId: keys.id.reveal(), secretKey: keys.secret.reveal(), who: 'alpaca', feed };
}

/** The keys of Alpaca stay at home. */
function exchange(call: Call, url: string): Connection {
  const given = processSources({}).env['TRADAR_EXCHANGE_KEYS'] || `${DEMO_KEYS.id}:${DEMO_KEYS.secret}`;
  const at = given.indexOf(':');
  const keys = { keyId: given.slice(0, at), secretKey: given.slice(at + 1) };
  try {
    return { origins: demoOrigins(url), ...keys, who: 'exchange', feed: feedOf(call) ?? 'iex' };
  } catch {
    throw misuse(
      `--url ${url} is not an http address of this machine`,
      'give it as --url http://127.0.0.1:8790, as "tradar exchange" prints it',
    );
  }
}
