/** What other people's clients do that the official JavaScript ones do not: each test is named after what once broke one of them. */
import { decode } from '@msgpack/msgpack';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { AssetSymbol } from '#server/domain/ids.ts';
import type { RecordedQuote } from '#server/domain/quote-file.ts';
import type { RecordedTrade } from '#server/domain/trade-file.ts';
import { makeTape } from '#server/exchange/tape.ts';
import { createKeyRing, keysInHeaders } from '#server/exchange/wire/keys.ts';
import { at, flat, harness, OPEN, series, type Wire } from './harness.ts';
import { dial, listen } from './stream-harness.ts';
import { inbox, KEYS, type Wired, wired } from './wire-harness.ts';

const MINUTE = 60_000;
const TICK = { symbol: 'AAPL' as AssetSymbol, at: at(1), venue: '' };
const SERIES = [series('AAPL', flat(100, 390)), series('BTC/USD', flat(5_000, 395), OPEN - 5 * MINUTE)];
let w: Wired;

beforeEach(async () => {
  w = await wired(SERIES);
  w.advance(20 * MINUTE);
});
afterEach(() => w.server.close());

const get = async (path: string): Promise<Wire> => (await w.fetch(path)).json();
const send = async (method: string, path: string, body?: object): Promise<Wire> => {
  const reply = await w.fetch(path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { ...((await reply.json()) as object), httpStatus: reply.status };
};
const buy = (more: object = {}) =>
  send('POST', '/v2/orders', { symbol: 'AAPL', qty: '2', side: 'buy', type: 'market', time_in_force: 'day', ...more });

describe('who comes without the two headers', () => {
  const statusFor = async (authorization: string): Promise<number> =>
    (await fetch(`${w.server.url}/v2/account`, { headers: { authorization } })).status;
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

  it('an OAuth token (alpaca-py, Go, @master-chief/alpaca) is the secret, and any token when keys are not asked for', async () => {
    expect(await statusFor(`Bearer ${KEYS.secretKey}`)).toBe(200);
    expect(await statusFor('Bearer nonsense')).toBe(401);
    expect(await statusFor('Bearer ')).toBe(401);
    expect(createKeyRing(undefined).gatekeeper(...keysInHeaders({ authorization: 'Bearer anything' }))).toBe('allowed');
  });

  it('basic authorization (use_basic_auth of alpaca-py, broker keys of Go) is the pair', async () => {
    expect(await statusFor(basic(`${KEYS.keyId}:${KEYS.secretKey}`))).toBe(200);
    expect(await statusFor(basic(`${KEYS.keyId}:no`))).toBe(401);
    expect(await statusFor(basic(`no:${KEYS.secretKey}`))).toBe(403);
    expect(await statusFor(basic('no colon'))).toBe(401);
  });

  it('on the streams the key of a token is the word oauth', async () => {
    const line = await dial(`${w.server.wsUrl}/v2/iex`);
    line.say({ action: 'auth', key: 'oauth', secret: KEYS.secretKey });
    expect(await line.heard.next((item) => item.msg === 'authenticated')).toBeDefined();
    line.socket.terminate();
  });
});

describe('the paths of streams', () => {
  it.each(['/stream', '/stream/'])('trade updates at %s, with which the old Python client ends its address', async (path) => {
    const socket = new WebSocket(`${w.server.wsUrl}${path}`);
    const heard = inbox<Wire>();
    socket.on('message', (data: Buffer) => heard.put(JSON.parse(data.toString('utf8'))));
    await new Promise((done, fail) => socket.once('open', done).once('error', fail));
    const say = (message: object): void => socket.send(JSON.stringify(message));
    say({ action: 'authenticate', data: { key_id: KEYS.keyId, secret_key: KEYS.secretKey } });
    expect((await heard.next()).data).toMatchObject({ status: 'authorized' });
    say({ action: 'listen', data: { streams: ['trade_updates'] } });
    expect((await heard.next()).data.streams).toEqual(['trade_updates']);
    say({ action: 'unlisten', data: { streams: ['trade_updates'] } });
    expect(await heard.next()).toEqual({ stream: 'listening', data: { streams: [] } });
    socket.terminate();
  });

  it('crypto at /v1beta2/crypto, where ccxt and the old Python client still go', async () => {
    const line = await listen(`${w.server.wsUrl}/v1beta2/crypto`, { bars: ['BTC/USD'] });
    w.advance(MINUTE);
    expect(await line.next('b')).toMatchObject({ S: 'BTC/USD', c: 5_000 });
    line.socket.terminate();
  });
});

describe('parameters', () => {
  it.each(['1min', '1MIN', '1Min', '1t', '1T'])('a timeframe of %s: ccxt writes it in lower case', async (timeframe) => {
    const { bars } = await get(`/v1beta3/crypto/us/bars?symbols=BTC/USD&timeframe=${timeframe}&start=2019-02-11T14:30:00Z`);
    expect(bars['BTC/USD']).toHaveLength(15);
  });

  it.each(['1hour', '1h', '1day', '1d', '1week', '1w', '1month', '1M'])('a timeframe of %s', async (timeframe) => {
    const { bars } = await get(`/v2/stocks/bars?symbols=AAPL&timeframe=${timeframe}&start=2019-02-01`);
    expect(bars.AAPL).toHaveLength(1);
  });

  it.each(['1m', '1minute', '1', 'Min', '60Min'])('no timeframe of %s', async (timeframe) => {
    expect((await w.fetch(`/v2/stocks/bars?symbols=AAPL&timeframe=${timeframe}`)).status).toBe(400);
  });

  it('activities of a date that a client wrote as midnight in UTC are not those of the evening before', async () => {
    await buy();
    const on = async (date: string): Promise<number> => (await get(`/v2/account/activities?date=${encodeURIComponent(date)}`)).length;
    expect(await on('2019-02-11')).toBe(1);
    expect(await on('2019-02-11T00:00:00+00:00')).toBe(1);
    expect(await on('2019-02-11T00:00:00Z')).toBe(1);
    expect(await on('2019-02-12T03:00:00Z')).toBe(1);
    expect(await on('2019-02-12T00:00:00Z')).toBe(0);
  });

  it('configurations come back with nulls (alpaca-py) or empty texts (Go) where nothing was changed', async () => {
    const form = { dtbp_check: '', trade_confirm_email: '', disable_overnight_trading: null, pdt_check: null, no_shorting: true };
    expect(await send('PATCH', '/v2/account/configurations', form)).toMatchObject({
      httpStatus: 200,
      trade_confirm_email: 'all',
      disable_overnight_trading: false,
      no_shorting: true,
    });
    expect(await send('PATCH', '/v2/account/configurations', { max_options_trading_level: null })).toMatchObject({ httpStatus: 200 });
    expect(await send('PATCH', '/v2/account/configurations', { no_shorting: 'maybe' })).toMatchObject({ httpStatus: 422 });
  });

  it('the whole calendar, of which alpaca-py expects the days from 1970 to 2029', async () => {
    const days = await get('/v2/calendar');
    expect([days.length, days[0].date, days.at(-1).date]).toEqual([15_104, '1970-01-02', '2029-12-31']);
    expect(days.at(-1).settlement_date).toBe('2030-01-02');
    const some = await get('/v2/calendar?start=2000-01-01&end=2025-12-31');
    expect([some[0].date, some.at(-1).date]).toEqual(['2000-01-03', '2025-12-31']);
    const bySettlement = await get('/v2/calendar?start=2019-07-01&end=2019-07-03&date_type=SETTLEMENT');
    expect(bySettlement.map((day: Wire) => [day.date, day.settlement_date])).toEqual([
      ['2019-06-28', '2019-07-01'],
      ['2019-07-01', '2019-07-02'],
      ['2019-07-02', '2019-07-03'],
    ]);
  });
});

describe('names', () => {
  it('an id without hyphens, or in capitals, is the same id: so apca (Rust) writes them', async () => {
    const { id } = await buy({ type: 'limit', limit_price: '50' });
    const list = await send('POST', '/v2/watchlists', { name: 'mine', symbols: ['AAPL'] });
    for (const spell of [(text: string) => text.replaceAll('-', ''), (text: string) => text.toUpperCase()]) {
      expect(await get(`/v2/orders/${spell(id)}`)).toMatchObject({ id });
      expect(await get(`/v2/watchlists/${spell(list.id)}`)).toMatchObject({ id: list.id });
      expect(await get(`/v2/assets/${spell((await get('/v2/assets/AAPL')).id)}`)).toMatchObject({ symbol: 'AAPL' });
    }
    const changed = await send('PATCH', `/v2/orders/${id.replaceAll('-', '')}`, { qty: '3' });
    expect(changed).toMatchObject({ httpStatus: 200, replaces: id });
    expect((await w.fetch(`/v2/orders/${changed.id.replaceAll('-', '')}`, { method: 'DELETE' })).status).toBe(204);
  });

  it.each(['AAPL:NASDAQ', 'AAPL:NASDAQ:us_equity'])('%s is AAPL', async (name) => {
    expect(await get(`/v2/assets/${name}`)).toMatchObject({ symbol: 'AAPL', exchange: 'NASDAQ', class: 'us_equity' });
    expect(await buy({ symbol: name })).toMatchObject({ httpStatus: 200, symbol: 'AAPL' });
  });

  it.each(['AAPL:NYSE', 'AAPL:NASDAQ:crypto', 'AAPL:', ':', 'AAPL:NASDAQ:us_equity:'])('%s is nothing', async (name) => {
    expect((await w.fetch(`/v2/assets/${name}`)).status).toBe(404);
  });

  it('orders are listed by symbols in small letters too', async () => {
    const { id } = await buy({ type: 'limit', limit_price: '50' });
    expect((await get('/v2/orders?symbols=aapl')).map((order: Wire) => order.id)).toContain(id);
    expect(await get('/v2/orders?symbols=goog')).toEqual([]);
  });

  it('well-known assets have the ids that tests have written down', async () => {
    expect((await get('/v2/assets/AAPL')).id).toBe('b0b6dd9d-8b9b-48a9-ba46-b9d54906e415');
    expect((await get('/v2/assets/276e2673-764b-4ab6-a611-caf665ca6340')).symbol).toBe('BTC/USD');
  });

  it.each(['bars?timeframe=1Day&', 'trades?', 'quotes?', 'quotes/latest?'])('no stock is called ABC123: /v2/stocks/%s', async (path) => {
    const reply = await w.fetch(`/v2/stocks/${path}symbols=ABC123`);
    expect([reply.status, await reply.json()]).toEqual([400, { message: 'invalid symbol: ABC123' }]);
    expect((await w.fetch(`/v2/stocks/${path}symbols=AAPL,NOSUCHSYMBOL`)).status).toBe(200);
  });
});

describe('replies', () => {
  it('every activity names its account, without which alpaca-py reads none', async () => {
    await buy();
    const { id } = await get('/v2/account');
    const [fill] = await get('/v2/account/activities/FILL');
    expect(fill).toMatchObject({ account_id: id, activity_type: 'FILL' });
  });

  it("the value of positions and the cash are the equity, also for a short one: ccxt's balance", async () => {
    await buy({ qty: '3', side: 'sell' });
    const { equity, position_market_value, short_market_value, cash } = await get('/v2/account');
    expect(Number(short_market_value)).toBeLessThan(0);
    expect(Number(equity) - Number(position_market_value)).toBeCloseTo(Number(cash), 6);
  });

  it('a stock that can not be borrowed has a status that alpaca-py knows', () => {
    const base = series('AAPL', flat(100, 3));
    const h = harness([{ ...base, instrument: { ...base.instrument, shortable: false } }]);
    const asset = h.ask({ kind: 'getAsset', symbol: 'AAPL' }).body;
    expect(asset).toMatchObject({ shortable: false, borrow_status: 'hard_to_borrow' });
  });
});

describe('what strict decoders ask for', () => {
  it('T is the first key of every message: the Go client reads no other order', async () => {
    const busy = await wired(SERIES, { tapeErrorChance: 1 });
    const channels = ['trades', 'quotes', 'bars', 'updatedBars', 'dailyBars', 'statuses', 'lulds', 'imbalances'];
    const wishes = Object.fromEntries(channels.map((channel) => [channel, ['*']]));
    const first: unknown[] = [];
    const line = await listen(`${busy.server.wsUrl}/v2/sip`, wishes, 'msgpack');
    line.socket.on('message', (data: Buffer) => first.push(...(decode(data) as object[]).map((item) => Object.keys(item)[0])));
    busy.advance(15 * MINUTE);
    await line.next('b');
    expect(new Set(first)).toEqual(new Set(['T']));
    line.socket.terminate();
    await busy.server.close();
  });

  it('shares are whole on the tape, whatever a recording says: Go counts them in integers', async () => {
    const divided = { ...series('AAPL', flat(100, 390)) };
    const bars = divided.bars.map((bar) => ({ ...bar, volume: 333.4 }));
    const coin = series('BTC/USD', flat(5_000, 395), OPEN - 5 * MINUTE);
    const ticks: (RecordedQuote | RecordedTrade)[] = [
      { ...TICK, kind: 'quote', bid: 99, bidSize: 0.4, ask: 101, askSize: 2.6 },
      { ...TICK, kind: 'trade', price: 100, size: 0.25 },
    ];
    const h = harness(
      makeTape({
        series: [
          { ...divided, bars },
          { ...coin, bars: coin.bars.map((bar) => ({ ...bar, volume: 0.25 })) },
        ],
        ticks,
      }),
    );
    h.exchange.advance(at(12));
    const shown = (what: 'bars' | 'quotes' | 'trades', market: 'stocks' | 'crypto', symbol: string): Wire[] =>
      h.ask({
        kind: 'getData',
        query: {
          what,
          market,
          symbols: [symbol],
          single: true,
          timeframe: '5Min',
          adjustments: [],
          limit: 99,
          direction: 'asc',
          start: at(0),
        } as never,
      }).body[what];
    const sizes = [
      ...shown('bars', 'stocks', 'AAPL').map((bar) => bar.v),
      ...shown('quotes', 'stocks', 'AAPL').flatMap((quote) => [quote.as, quote.bs]),
      ...shown('trades', 'stocks', 'AAPL').map((trade) => trade.s),
    ];
    expect(sizes.length).toBeGreaterThan(10);
    expect(sizes.filter((size) => !Number.isInteger(size) || size < 1)).toEqual([]);
    expect(shown('bars', 'crypto', 'BTC/USD')[0]?.v).toBe(1.25);
  });
});
