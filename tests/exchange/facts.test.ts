/**
 * Every answer and every message is held against what is known of Alpaca's: the keys and kinds of the OpenAPI documents,
 * no key that is unheard of, and the keys, kinds and nulls of the payloads that Alpaca and its SDKs have published.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exercised, exercised } from './facts/exercise.ts';
import { type Fact, faultsOf, type Shape, shapeFaults } from './facts/fact.ts';
import { SERVED } from './facts/served.ts';
import type { Wire } from './harness.ts';
import { dialRaw } from './plagued.ts';
import type { Line } from './stream-harness.ts';

const json = (name: string): Wire => JSON.parse(readFileSync(new URL(`./facts/${name}.json`, import.meta.url), 'utf8'));
const documents: { operations: Record<string, Fact>; table: Record<string, Fact> } = json('documents');
const published: Record<string, Shape> = json('published');

/** Sent by Alpaca, as recordings show, and in no document. */
const UNDOCUMENTED = new Set(
  [
    'admin_configurations user_configurations effective_buying_power bod_dtbp position_market_value crypto_tier',
    'order_type cancel_requested_at source subtag ratio_qty',
    'description price account_id body',
    'min_order_size min_trade_increment price_increment',
  ].flatMap((line) => line.split(' ')),
);
const rules = { table: documents.table, isExtra: (key: string) => UNDOCUMENTED.has(key) };

/** Where Alpaca itself is not as its documents have it. */
const KNOWN_BETTER: readonly RegExp[] = [
  // Nothing was chosen; other documents have it so.
  /^\.max_options_trading_level is null/,
  // The exchange of pairs is none of the documents' list.
  /exchange is "CRYPTO"$/,
  // Came to orders in June 2026, and to the legs in the list of orders with them.
  /legs\[\]\.expires_at is unheard of$/,
];

let one: Exercised;

beforeAll(async () => {
  one = await exercised();
}, 60_000);
afterAll(async () => {
  for (const line of [one.updates, one.stocks, one.crypto, one.news]) line.socket.terminate();
  await one.w.server.close();
});

describe('answers are as the documents have them:', () => {
  it.each(SERVED)('%s', (operation) => {
    const seen = one.answers.get(operation) ?? [];
    expect(seen.length).toBeGreaterThan(0);
    const fact = documents.operations[operation] ?? {};
    const faults = new Set(seen.flatMap((answer) => faultsOf(rules, fact, answer)));
    expect([...faults].filter((fault) => !KNOWN_BETTER.some((known) => known.test(fault)))).toEqual([]);
  });
});

const first = (operation: string, index = 0): Wire => one.answers.get(operation)?.[index];
const activity = (type: string): Wire => first('GET /v2/account/activities').find((entry: Wire) => entry.activity_type === type);
const update = (event: string): Wire => one.updates.heard.all.find((heard) => heard.data?.event === event)?.data;
const message = (line: () => Line, kind: string) => (): Wire => line().heard.all.find((item) => item.T === kind);
/** A page that is not the last has a token, the last one has null: either kind is right. */
const page = (operation: string, index = 0): Wire => ({ ...first(operation, index), next_page_token: null });
const actions = (group: string): Wire => first('GET /v1/corporate-actions').corporate_actions[group];

const OURS: Readonly<Record<string, () => Wire>> = {
  account: () => first('GET /v2/account'),
  order: () => first('GET /v2/orders/{order_id}'),
  position: () => first('GET /v2/positions/{symbol_or_asset_id}'),
  asset: () => first('GET /v2/assets/{symbol_or_asset_id}'),
  cryptoAsset: () => first('GET /v2/assets/{symbol_or_asset_id}', 1),
  clock: () => first('GET /v2/clock'),
  configurations: () => first('GET /v2/account/configurations'),
  fill: () => activity('FILL'),
  cryptoFee: () => activity('CFEE'),
  dividend: () => activity('DIV'),
  cashMovement: () => activity('CSD'),
  calendarDay: () => first('GET /v2/calendar')[0],
  portfolioHistory: () => first('GET /v2/account/portfolio/history'),
  watchlist: () => first('POST /v2/watchlists'),
  fillUpdate: () => update('fill'),
  newUpdate: () => update('new'),
  stockBars: () => page('GET /v2/stocks/bars'),
  stockQuotes: () => page('GET /v2/stocks/quotes'),
  stockTrades: () => page('GET /v2/stocks/trades'),
  cryptoQuotes: () => page('GET /v1beta3/crypto/{loc}/quotes'),
  cryptoTrades: () => page('GET /v1beta3/crypto/{loc}/trades'),
  latestTrade: () => first('GET /v2/stocks/{symbol}/trades/latest'),
  latestQuote: () => first('GET /v2/stocks/{symbol}/quotes/latest'),
  latestBar: () => first('GET /v2/stocks/{symbol}/bars/latest'),
  stockSnapshots: () => first('GET /v2/stocks/snapshots'),
  cryptoSnapshots: () => first('GET /v1beta3/crypto/{loc}/snapshots'),
  orderbooks: () => first('GET /v1beta3/crypto/{loc}/latest/orderbooks'),
  auctions: () => page('GET /v2/stocks/auctions'),
  news: () => page('GET /v1beta1/news'),
  mostActives: () => first('GET /v1beta1/screener/stocks/most-actives'),
  movers: () => first('GET /v1beta1/screener/{market_type}/movers'),
  forwardSplits: () => actions('forward_splits'),
  reverseSplits: () => actions('reverse_splits'),
  cashDividends: () => actions('cash_dividends'),
  ...Object.fromEntries([...'tqbdslicx'].map((kind) => [`stock ${kind}`, message(() => one.stocks, kind)])),
  ...Object.fromEntries([...'tqbo'].map((kind) => [`crypto ${kind}`, message(() => one.crypto, kind)])),
  'news n': message(() => one.news, 'n'),
};

describe('payloads are as published:', () => {
  it('all of them are looked at', () => expect(new Set(Object.keys(OURS))).toEqual(new Set(Object.keys(published))));

  it.each(Object.keys(published))('%s', (name) => {
    const ours = OURS[name]?.();
    expect(ours).toBeDefined();
    expect(shapeFaults(published[name] ?? {}, ours)).toEqual([]);
  });
});

describe('the bundled facts', () => {
  it('find what is wrong', () => {
    const account = first('GET /v2/account');
    const fact = documents.operations['GET /v2/account'] ?? {};
    const { id: _id, ...without } = account;
    expect(faultsOf(rules, fact, { ...account, cash: 1 })).toEqual(['.cash is number, not string']);
    expect(faultsOf(rules, fact, { ...account, surprise: 1 })).toEqual(['.surprise is unheard of']);
    expect(faultsOf(rules, fact, without)).toEqual(['.id is missing']);
    expect(faultsOf(rules, fact, { ...account, status: 'FINE' })).toEqual(['.status is "FINE"']);
    expect(shapeFaults(published['account'] ?? {}, { ...account, trading_blocked: 'no' })).toEqual([
      '.trading_blocked is string, published as boolean',
    ]);
    expect(shapeFaults(published['account'] ?? {}, without)).toEqual(['.id is missing']);
  });
});

it('connections that nobody knows are not answered at all', async () => {
  await expect(dialRaw(one.w, '/v1beta1/opra')).rejects.toThrow('404');
});
