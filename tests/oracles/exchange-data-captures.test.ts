/** What the exchange sends as market data has the keys, types and null habits of payloads that Alpaca has published. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AssetSymbol } from '#server/domain/ids.ts';
import { parseMoney } from '#server/domain/money.ts';
import { createExchange } from '#server/exchange/exchange.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { createManualClock } from '#server/exchange/wire/market-clock.ts';
import { startExchangeServer } from '#server/exchange/wire/server.ts';
import { flat, OPEN, series, type Wire } from '#tests/exchange/harness.ts';
import { type Line, listen } from '#tests/exchange/stream-harness.ts';
import { KEYS } from '#tests/exchange/wire-harness.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/captures');
const isThere = existsSync(join(FOLDER, 'bar.json'));
const REASON = `../shared/captures is not beside this checkout: market data is NOT compared with Alpaca's`;
if (!isThere) console.warn(REASON);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Capture {
  readonly source: string;
  readonly provenance: string;
  readonly note: string;
  readonly payload: Wire;
}

const load = (name: string): Capture[] =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')).filter(({ provenance }: Capture) => /official|sdk-test/.test(provenance));

/** Ways from one key to the next, each with the kind of value at its end; symbols and indexes are "*". */
function shape(value: Wire, path = '', into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) for (const item of value) shape(item, `${path}[]`, into);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) shape(item, `${path}.${/^[A-Z][A-Z/.]{1,9}$/.test(key) ? '*' : key}`, into);
  } else into.set(path, value === null ? 'null' : typeof value);
  return into;
}

/** Options, perpetuals, currencies and what was removed years ago; fields of other venues; texts that only some articles have. */
const isOutOfScope = ({ payload }: Capture): boolean =>
  /\b\w+\d{6}[CP]\d{8}\b|xbbos|rates|USDT\.P|"ev":|FTXU|ERSX/.test(JSON.stringify(payload));
/** In the documents of 2021 only, with corrected trades only, or in some actions and articles only. */
const MAY_LACK = /^\.s$|\.(u|due_bill_\w+|images\[\]\.\w+|images|special|foreign)$/;

function compare(name: string, ours: Wire, captures: readonly Capture[]): string[] {
  const mine = shape(ours);
  const faults = new Set<string>();
  for (const { payload, source } of captures) {
    for (const [path, kind] of shape(payload)) {
      if (MAY_LACK.test(path)) continue;
      const own = mine.get(path);
      if (own === undefined) faults.add(`${name}${path} is missing (${source})`);
      else if (own !== kind && own !== 'null' && kind !== 'null') faults.add(`${name}${path} is a ${own}, captured as ${kind} (${source})`);
    }
  }
  return [...faults];
}

let close: () => Promise<void>;
let get: (path: string) => Promise<Wire>;
let stocks: Line;
let crypto: Line;
let news: Line;

beforeAll(async () => {
  const two = (symbol: string, price: number) => ({
    ...series(symbol, []),
    bars: [...series(symbol, flat(price, 390)).bars, ...series(symbol, flat(price + 1, 390), OPEN + DAY).bars],
  });
  const symbol = 'AAPL' as AssetSymbol;
  const tape = makeTape({
    series: [two('AAPL', 100), two('TSLA', 50), series('BTC/USD', flat(5_000, 3_000), OPEN - 5 * MINUTE)],
    corporateActions: [
      { kind: 'split', symbol, exDate: '2019-02-12', newRate: 2, oldRate: 1 },
      { kind: 'split', symbol: 'TSLA' as AssetSymbol, exDate: '2019-02-12', newRate: 1, oldRate: 5 },
      { kind: 'cashDividend', symbol, exDate: '2019-02-12', payableAfterDays: 14, rate: parseMoney('0.125') },
    ],
  });
  const exchange = createExchange({ tape, settings: { partialFillChance: 0, tapeErrorChance: 1 } });
  const clock = createManualClock(exchange.startsAt);
  const server = await startExchangeServer({ exchange, clock, keys: KEYS, requestsPerMinute: 0, turnEveryMs: 0 });
  close = server.close;
  const headers = { 'APCA-API-KEY-ID': KEYS.keyId, 'APCA-API-SECRET-KEY': KEYS.secretKey };
  get = async (path) => (await fetch(`${server.url}${path}`, { headers })).json();
  const all = (channels: string) => Object.fromEntries(channels.split(' ').map((channel) => [channel, ['*']]));
  stocks = await listen(`${server.wsUrl}/v2/sip`, all('trades quotes bars updatedBars dailyBars statuses lulds imbalances'));
  crypto = await listen(`${server.wsUrl}/v1beta3/crypto/us`, all('trades quotes bars orderbooks'));
  news = await listen(`${server.wsUrl}/v1beta1/news`, all('news'));
  clock.advanceBy(30 * MINUTE);
  server.turn();
  server.driver.ask({ kind: 'setHalt', symbol: 'AAPL', halted: true }, () => undefined);
  server.driver.ask({ kind: 'setHalt', symbol: 'AAPL', halted: false }, () => undefined);
  for (const ms of [355 * MINUTE, DAY - 330 * MINUTE]) {
    clock.advanceBy(ms);
    server.turn();
  }
  await stocks.heard.next((item) => item.T === 'b' && item.t.startsWith('2019-02-12T14:40'));
  await crypto.heard.next((item) => item.T === 'b' && item.t.startsWith('2019-02-12T14:40'));
  await news.next('n');
});
afterAll(async () => {
  for (const line of [stocks, crypto, news]) line?.socket.terminate();
  await close?.();
});

const REST: readonly (readonly [file: string, path: string, fits: (payload: Wire) => boolean])[] = [
  [
    'bars_response',
    '/v2/stocks/bars?symbols=AAPL&timeframe=1Day&start=2019-02-11&limit=1',
    (one) => !Array.isArray(one.bars) && hasLists(one.bars),
  ],
  ['quotes_response', '/v2/stocks/quotes?symbols=AAPL&limit=1', (one) => hasLists(one.quotes) && 'AAPL' in one.quotes],
  ['trades_response', '/v2/stocks/trades?symbols=AAPL&limit=1&currency=USD', (one) => hasLists(one.trades) && 'AAPL' in one.trades],
  ['quotes_response', '/v1beta3/crypto/us/quotes?symbols=BTC/USD&limit=1', (one) => hasLists(one.quotes) && 'BTC/USD' in one.quotes],
  ['trades_response', '/v1beta3/crypto/us/trades?symbols=BTC/USD&limit=1', (one) => hasLists(one.trades) && 'BTC/USD' in one.trades],
  ['latest_response', '/v2/stocks/AAPL/trades/latest', (one) => one.symbol === 'AAPL' && 'trade' in one],
  ['latest_response', '/v2/stocks/AAPL/quotes/latest', (one) => one.symbol === 'AAPL' && 'quote' in one],
  ['latest_response', '/v2/stocks/AAPL/bars/latest', (one) => one.symbol === 'AAPL' && 'bar' in one],
  ['map_of_snapshot', '/v2/stocks/snapshots?symbols=AAPL', (one) => one.AAPL?.latestTrade !== undefined],
  ['snapshot', '/v1beta3/crypto/us/snapshots?symbols=BTC/USD', (one) => 'snapshots' in one && 'BTC/USD' in one.snapshots],
  ['orderbook', '/v1beta3/crypto/us/latest/orderbooks?symbols=BTC/USD', () => true],
  ['auctions', '/v2/stocks/auctions?symbols=AAPL&start=2019-02-11', (one) => hasLists(one.auctions)],
  ['news', '/v1beta1/news?include_content=true', (one) => Array.isArray(one.news)],
  ['screener', '/v1beta1/screener/stocks/most-actives', (one) => 'most_actives' in one],
];

const hasLists = (map: Wire): boolean =>
  typeof map === 'object' &&
  map !== null &&
  !Array.isArray(map) &&
  Object.values(map).length > 0 &&
  Object.values(map).every(Array.isArray);

describe.runIf(isThere)('captured market data', () => {
  it.each(REST)('%s by REST: %s', async (file, path, fits) => {
    const captures = load(file).filter((one) => !isOutOfScope(one) && fits(one.payload));
    expect(captures.length).toBeGreaterThan(0);
    const ours = await get(path);
    // A page that is not the last has a token, the last one has null: either kind is right.
    expect(compare(file, { ...ours, ...('next_page_token' in ours ? { next_page_token: null } : {}) }, captures)).toEqual([]);
  });

  it('movers, which nobody was on our tape, by their groups', async () => {
    const [capture] = load('screener').filter(({ payload }) => 'gainers' in payload);
    const ours = await get('/v1beta1/screener/stocks/movers');
    expect(compare('movers', ours, [{ ...(capture as Capture), payload: { ...capture?.payload, losers: [] } }])).toEqual([]);
  });

  it.each(['forward_splits', 'reverse_splits', 'cash_dividends'])('corporate actions: %s', async (group) => {
    const captures = load('corporate_action').filter(({ payload }) => payload.corporate_actions?.[group]);
    const ours = await get('/v1/corporate-actions?start=2019-02-01&end=2019-02-28');
    const only = captures.map((one) => ({ ...one, payload: { [group]: one.payload.corporate_actions[group] } }));
    expect(only.length).toBeGreaterThan(0);
    expect(compare('corporate_actions', { [group]: ours.corporate_actions[group] }, only)).toEqual([]);
  });

  const isPair = (payload: Wire): boolean => /\//.test(payload.S);
  const isOurStock = (payload: Wire): boolean => !isPair(payload) && payload.x !== 'FTXU' && !/^(BTC|ETH)USD$/.test(payload.S);

  it.each(['t', 'q', 'b', 'd', 's', 'l', 'i', 'c', 'x'])('stock stream: %s', (kind) => {
    const captures = load(`stream_data_${kind}`).filter((one) => !isOutOfScope(one) && isOurStock(one.payload));
    expect(captures.length).toBeGreaterThan(0);
    expect(
      compare(
        kind,
        stocks.heard.all.find((item) => item.T === kind),
        captures,
      ),
    ).toEqual([]);
  });

  it.each(['t', 'q', 'b', 'o'])('crypto stream: %s', (kind) => {
    const captures = load(`stream_data_${kind}`).filter((one) => !isOutOfScope(one) && isPair(one.payload));
    expect(captures.length).toBeGreaterThan(0);
    expect(
      compare(
        kind,
        crypto.heard.all.find((item) => item.T === kind),
        captures,
      ),
    ).toEqual([]);
  });

  it('news stream', () => {
    expect(
      compare(
        'n',
        news.heard.all.find((item) => item.T === 'n'),
        load('stream_data_n'),
      ),
    ).toEqual([]);
  });

  it('acknowledgements have every channel', () => {
    const ours = new Map(
      [stocks, crypto, news].flatMap((line) => Object.entries(line.heard.all.find((item) => item.T === 'subscription'))),
    );
    for (const { payload } of load('stream_data_subscription_list').filter((one) => !isOutOfScope(one))) {
      for (const key of Object.keys(payload[0])) expect(ours.has(key)).toBe(true);
    }
  });
});

if (!isThere) it.skip(REASON, () => undefined);
